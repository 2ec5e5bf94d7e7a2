"""The facts of a build → the page about it: what it is, how good it is, what it does not do, what it consists of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kg.views.about import Facts, facts
from kg.vocab import Lang
from kg.web.desk.desk import Desk
from kg.web.fragments.links import go
from kg.web.fragments.page import notice_html
from kg.web.fragments.tags import Html, definitions, join, table, tag
from kg.web.wording import words


def about_html(desk: Desk, lang: Lang) -> Html:
    """Return the facts about *desk*'s build, with what it does not do and where it is weak."""
    say = words(lang)["about"]
    known = facts(desk.build)
    return tag(
        "div",
        _section(say["source"], join(_source(known, say))),
        _section(say["made"], definitions(_made(known, say))),
        _section(say["counts"], _counts(known.counts, say)),
        _section(say["evaluation"], _evaluation(known, say)),
        _section(say["coverage"], _coverage(desk, lang, say)),
        _section(say["limits"], tag("ul", *(tag("li", line) for line in say["limit_lines"]))),
        _section(say["weak"], _weak(say)),
        _section(say["libraries"], _libraries(known, say)),
        lang=lang,
        class_="hk-about",
    )


def _section(title: str, *parts: str) -> Html:
    return tag("section", tag("h3", title), *parts)


def _source(known: Facts, say: Mapping[str, Any]) -> Iterable[Html]:
    names = say["source_fields"]
    for one in known.sources:
        yield definitions(
            [
                (names["title"], tag("span", one.title, lang="zh-Hans")),
                (names["identifier"], one.identifier or ""),
                (names["publisher"], tag("span", one.publisher, lang="zh-Hans") if one.publisher else ""),
                (names["issued"], one.issued or ""),
                (names["file"], names["file_of"].format(name=one.file, characters=f"{one.characters:,}")),
                (names["sha256"], tag("code", one.sha256, class_="hk-id")),
            ]
        )


def _made(known: Facts, say: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    names, model = say["made_fields"], known.model
    yield names["built"], known.built[:16]
    yield names["built_by"], f"hetao-kg {known.built_by}"
    yield names["shown_by"], f"hetao-kg {known.version} · Python {known.python}"
    yield names["build"], tag("code", known.build, class_="hk-id")
    yield names["model"], model.name or names["no_model"]
    yield names["engine"], f"{model.engine} · {model.dimensions}" if model.engine else ""
    yield names["fingerprint"], tag("code", model.fingerprint, class_="hk-id") if model.fingerprint else ""
    yield names["store"], known.store
    yield names["notes"], "；".join(model.notes)


def _counts(counts: Mapping[str, int], say: Mapping[str, Any]) -> Html:
    names = say["count_fields"]
    return tag(
        "ul",
        *(tag("li", tag("b", f"{count:,}"), " ", names.get(name, name)) for name, count in counts.items()),
        class_="hk-figures",
    )


def _evaluation(known: Facts, say: Mapping[str, Any]) -> Html:
    if known.evaluation_problem:
        return notice_html(f"{say['evaluation_wrong']} ({known.evaluation_problem})")
    if known.evaluation is None:
        return tag("p", say["evaluation_none"], class_="hk-empty")
    inside = known.evaluation.get("figures")
    figures: dict[str, Any] = {**known.evaluation, **(inside if isinstance(inside, dict) else {})}
    names = say["figure_fields"]
    order = [*(name for name in figures if name not in names), *names]
    rows = [(names.get(name, name), written(figures.get(name))) for name in order]
    rows += [
        (names[name], ", ".join(f"{key} {written(value)}" for key, value in figures[name].items()))
        for name in ("by_lang", "by_type")
        if isinstance(figures.get(name), dict)
    ]
    reliability = figures.get("reliability")
    if isinstance(reliability, dict):
        reliability = reliability.get("bins")
    if not isinstance(reliability, list) or not reliability or not all(isinstance(row, dict) for row in reliability):
        return definitions(rows)
    columns = list(dict.fromkeys(str(key) for row in reliability for key in row))
    cells = [[written(row.get(column)) for column in columns] for row in reliability]
    shown = table([names.get(column, column) for column in columns], cells)
    return join([definitions(rows), tag("h4", say["reliability"]), shown])


def written(value: object) -> str:
    """Return a figure in readable form; empty for anything that is not a single figure."""
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.4f}".rstrip("0").rstrip(".")
    return str(value) if isinstance(value, int | str) else ""


def _coverage(desk: Desk, lang: Lang, say: Mapping[str, Any]) -> Html:
    if not desk.small:
        return tag("p", go(say["to_coverage"], {"view": "coverage"}))
    found = desk.coverage("")
    total = words(lang)["coverage"]["total"].format(
        sentences=found.sentences, with_obligations=found.sentences - len(found.silent), gaps=found.gaps
    )
    return tag("p", total, " ", go(say["to_coverage"], {"view": "coverage"}))


def _weak(say: Mapping[str, Any]) -> Html:
    return table([say["weak_place"], say["weak_known"]], [(row["place"], row["known"]) for row in say["weak_rows"]])


def _libraries(known: Facts, say: Mapping[str, Any]) -> Html:
    names = say["library_fields"]
    rows = [
        (one.name, one.version, one.licence, names["shipped"] if one.shipped else names["installed"])
        for one in known.libraries
    ]
    columns = [names[name] for name in ("name", "version", "licence", "how")]
    return tag("details", tag("summary", say["libraries_open"].format(count=len(rows))), table(columns, rows))
