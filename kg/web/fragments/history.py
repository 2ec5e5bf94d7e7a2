"""What is kept for a user → its places on the page: this browser's questions and filters, the feedback on an answer.

`assets/tabs/ask.js` and `ledger.js` fill them; no question is ever sent for them.
"""

from __future__ import annotations

from collections.abc import Mapping

from kg.answer.record import Answer
from kg.feedback import MAX_COMMENT
from kg.vocab import Lang
from kg.web.fragments.tags import Html
from kg.web.templates import fragment
from kg.web.wording import words


def history_html(lang: Lang) -> Html:
    """Return the place for the last questions, which is hidden until there is one."""
    return fragment("history.html", lang=lang, say=words(lang)["history"])


def saved_html(lang: Lang) -> Html:
    """Return the place for the filters saved under a name."""
    return fragment("saved.html", lang=lang, say=words(lang)["saved"])


def judge_html(answer: Answer, asked: Mapping[str, str] | None = None) -> Html:
    """Return the form that asks whether *answer* is right.

    The feedback goes to `/desk/feedback` with the question and what was *asked* besides it: a `document`, a `previous`
    question.
    """
    say = words(answer.lang)["judge"]
    return fragment("judge.html", say=say, question=answer.question, asked=asked or {}, longest=MAX_COMMENT)


def kept_html(lang: Lang) -> Html:
    """Return the place where feedback is counted, downloaded and erased."""
    return fragment("kept.html", lang=lang, say=words(lang)["kept"])
