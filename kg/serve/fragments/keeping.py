"""What is kept of a user → its places on the page: the questions of this browser, what was said of an answer.

They are filled by `assets/tabs/ask.js`; no question is ever sent for them.
"""

from __future__ import annotations

from kg.answer.record import Answer
from kg.ledger.terms import Lang
from kg.serve.feedback import MAX_COMMENT
from kg.serve.fragments.tags import Html, opening, tag
from kg.serve.root import at
from kg.serve.wording import Words, words


def history_html(lang: Lang) -> Html:
    """Return the place of the last questions; it is hidden until there is one."""
    say = words(lang)["history"]
    return tag(
        "section",
        tag("h3", say["title"]),
        tag("ul"),
        tag("button", say["clear"], type="button", class_="hk-plain"),
        tag("small", say["note"]),
        class_="hk-history",
        hidden=True,
        aria_label=say["title"],
        lang=lang,
    )


def saved_html(lang: Lang) -> Html:
    """Return the place of the filters that were kept under a name; `assets/tabs/ledger.js` fills it."""
    say = words(lang)["saved"]
    box = opening("input", type="text", name="name", maxlength="40", required=True, autocomplete="off")
    return tag(
        "section",
        tag("span", say["title"]),
        tag("ul"),
        tag(
            "form",
            tag("label", say["name"], " ", box),
            tag("button", say["keep"], type="submit", class_="hk-plain"),
            tag("small", say["note"]),
        ),
        class_="hk-saved",
        aria_label=say["title"],
        data_remove=say["remove"],
        lang=lang,
    )


def judge_html(answer: Answer) -> Html:
    """Return what asks whether *answer* is right; what is said goes to `/desk/feedback` with its question."""
    say: Words = words(answer.lang)["judge"]
    choices = [
        tag("button", say[key], type="button", class_="hk-plain", data_right=right, aria_pressed="false")
        for key, right in (("right", "true"), ("wrong", "false"))
    ]
    comment = opening("input", type="text", name="comment", maxlength=str(MAX_COMMENT), autocomplete="off")
    return tag(
        "form",
        tag("fieldset", tag("legend", say["ask"]), *choices),
        tag(
            "p",
            tag("label", say["comment"], " ", comment),
            tag("button", say["send"], type="submit", class_="hk-plain"),
            tag("small", say["note"]),
            class_="hk-more-said",
            hidden=True,
        ),
        tag("p", role="status", class_="hk-quiet"),
        class_="hk-judge",
        data_question=answer.question,
        data_sent=say["sent"],
        data_failed=say["failed"],
    )


def kept_html(lang: Lang) -> Html:
    """Return where what was said is counted, given as a file and erased."""
    say = words(lang)["kept"]
    files = [tag("a", say[form], href=at(f"/desk/feedback/answers.{form}"), download=True) for form in ("csv", "json")]
    return tag(
        "details",
        tag("summary", say["title"]),
        tag("p", say["none"], role="status", class_="hk-quiet"),
        tag(
            "p",
            *(part for file in files for part in (file, " · ")),
            tag("button", say["erase"], type="button", class_="hk-plain"),
            class_="hk-files",
            hidden=True,
        ),
        class_="hk-kept",
        lang=lang,
        **{f"data_{key}": say[key] for key in ("count", "none", "confirm", "erased", "failed")},
    )
