"""The pages of things: what is told, that nothing soft looks hard, and that all of it is text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import product
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

import pytest
import yaml

from kg.ledger.parts import THING_KINDS
from kg.ledger.terms import term
from kg.models import Records
from kg.resources import rules_dir
from kg.views.things import Pending
from kg.vocab import FORCES, LANGS, MODALITIES, Lang
from kg.web.desk.desk import Desk
from kg.web.fragments.chooser import chooser_html, sort_of, zones_html
from kg.web.fragments.things import missing_html, open_html, standing_html, thing_html
from kg.web.fragments.times import timeline_html
from kg.web.wording import words
from tests.graph.conftest import make_records
from tests.web.markup import classed, elements


class MadeUp(Desk):
    """A desk over records made by hand."""

    def __init__(self, *records: Records) -> None:
        super().__init__(cast(Any, None))
        self._records = records

    @property
    def records(self) -> tuple[Records, ...]:
        return self._records

    @property
    def slugs(self) -> list[str]:
        return [one.document.slug for one in self._records]

    def records_named(self, slug: str) -> Records | None:
        return next((one for one in self._records if one.document.slug == slug), None)

    def pending(self, slugs: Iterable[str]) -> Pending:
        return {}


def every_page(desk: Desk, lang: Lang) -> list[str]:
    things = [thing for kind in THING_KINDS for thing in desk.things.of(kind)]
    overviews = [page(desk, lang) for page in (chooser_html, zones_html, open_html, timeline_html)]
    return [*overviews, missing_html(desk, "agent", "财政厅", lang), *(thing_html(desk, one, lang) for one in things)]


@pytest.mark.parametrize("lang", LANGS)
def test_every_page_of_the_plan_nests_and_every_link_on_it_opens_something(lang: Lang, desk: Desk) -> None:
    known = {"view", "agent", "zone", "policy", "clause", "obligation"}
    for page in every_page(desk, lang):
        for element in elements(page):
            href = element.attributes.get("href") or ""
            if href.startswith("?"):
                assert dict(parse_qsl(href[1:])).keys() & known
            elif href:
                assert urlsplit(href).path.startswith(("/id/", "/desk/ledger."))


def test_all_that_documents_say_is_text() -> None:
    evil = '<img src=x onerror="alert(1)">'
    plain = make_records()
    records = replace(
        plain,
        agents=(replace(plain.agents[0], name=evil, aliases=(evil,), kind=evil),),
        zones=(replace(plain.zones[1], name=evil, aliases=(evil + "2",), boundary=evil, part_of=evil + "3"),),
        policies=(replace(plain.policies[0], name=evil, quote=evil, value=evil, condition=evil, zones=(evil,)),),
        deadlines=tuple(replace(one, text=evil, quote=evil + "q") for one in plain.deadlines),
        obligations=tuple(
            replace(
                row,
                quote=evil,
                condition=evil,
                exception=evil,
                zones=(evil,),
                policy=evil,
                beneficiaries=(evil,),
                agents=tuple(replace(agent, name=evil) for agent in row.agents),
                deadline=row.deadline and replace(row.deadline, text=evil),
            )
            for row in plain.obligations
        ),
    )
    made = MadeUp(records)
    for page in every_page(made, "zh-Hans"):
        assert "img" not in {element.name for element in elements(page)}
    assert "&lt;img" in thing_html(made, made.things.of("zone")[0], "en")
    assert "&lt;img" in missing_html(made, "agent", evil, "en")


@pytest.mark.parametrize("lang", LANGS)
def test_what_is_supported_or_explored_says_so_and_has_not_the_colour_of_what_is_required(lang: Lang) -> None:
    row = make_records().obligations[2]
    for modality, force in product(MODALITIES, FORCES):
        html = standing_html(replace(row, modality=modality, force=force), lang)  # type: ignore[arg-type]
        duty = modality == "duty" and force == "firm"
        assert (f"· {term(lang, 'force', force)}" in html) == (force != "firm")
        assert ("hk-m-duty" in html) == duty
        if force != "firm":
            assert words(lang)["force_means"][force] in html


def test_vague_bodies_stand_apart_from_those_with_a_name_and_say_that_they_are_vague(desk: Desk) -> None:
    html = chooser_html(desk, "zh-Hans")
    named = html.index("具名机构")
    vague = html.index("泛称（原文未写明是谁）")
    assert named < html.index("agent/财政部@") < vague < html.index("agent/有关部门@") < html.index("agent/企业@")
    for name, told in (("有关部门", 1), ("财政部", 0)):
        thing = desk.things.find("agent", name)
        assert thing is not None
        assert len(classed(thing_html(desk, thing, "zh-Hans"), "hk-vague")) == told


def test_the_list_has_every_thing_with_its_number_of_rows_and_all_its_names(desk: Desk) -> None:
    entries = [e for e in elements(chooser_html(desk, "en")) if e.name == "li" and "data-thing" in e.attributes]
    things = {f"{t.about}@{t.document}": t for kind in THING_KINDS for t in desk.things.of(kind)}
    assert sorted(str(e.attributes["data-thing"]) for e in entries) == sorted(things)
    body = next(e for e in entries if e.attributes["data-thing"] == "agent/国家发展改革委@")
    assert body.text == "National Development and Reform Commission 国家发展改革委 4"
    assert {"发改委", "國家發展改革委", "development"} <= set(str(body.attributes["data-names"]).split())


def test_the_tree_of_zones_gives_the_areas_and_bounds_of_the_text_and_no_others(desk: Desk) -> None:
    html = zones_html(desk, "zh-Hans")
    assert [e.text for e in classed(html, "hk-area")] == [
        "3.89 平方公里",
        "3.02 平方公里",
        "1.35 平方公里",
        "1.67 平方公里",
        "0.87 平方公里",
    ]
    source = "".join(desk.records[0].document.source.text.split())
    bounds = [e.text for e in classed(html, "hk-boundary")]
    assert len(bounds) == 6
    assert all(bound in source for bound in bounds)


def test_a_page_has_each_row_once_with_quote_clause_and_force(desk: Desk) -> None:
    thing = desk.things.find("agent", "深圳市")
    assert thing is not None
    html = thing_html(desk, thing, "zh-Hans")
    groups = classed(html, "hk-group")
    assert [group.role for group in thing.groups] == ["responsible", "beneficiary"]
    assert [e.attributes["data-role"] for e in groups] == ["responsible"], "its tasks have both roles"
    listed = [e.attributes["data-task"] for e in elements(html) if e.name == "li" and "data-task" in e.attributes]
    assert listed == list(dict.fromkeys(said.row.id for group in thing.groups for said in group.rows))
    assert len(listed) == len(set(listed)) == len(thing.rows)
    (support,) = [e for e in elements(html) if e.name == "li" and e.attributes.get("data-task") == "16-12"][:1]
    assert "事项 · 支持" in support.text
    assert "（十六）创新科研相关资金跨境流动监管" in support.text


def test_an_owner_from_another_sentence_stands_apart_with_its_warning() -> None:
    made = MadeUp(make_records())
    thing = made.things.find("agent", "财政部")
    assert thing is not None
    html = thing_html(made, thing, "zh-Hans")
    (apart,) = classed(html, "hk-inherited")
    assert "上文主体，须核对：责任" in apart.text
    assert "制定完成后报国务院备案" in apart.text
    assert "另行制定" not in apart.text


def test_a_day_is_explained_as_it_is_meant_and_no_day_is_made_up(desk: Desk) -> None:
    html = timeline_html(desk, "en")
    whens = [e.text for e in classed(html, "hk-when")]
    assert whens == [
        "2024-12-312025年前2024-12-31 at the latest: before the time that is named",
        "2025-12-31到2025年by 2025-12-31, that day included",
        "2035-12-31到2035年by 2035-12-31, that day included",
    ]
    (undated,) = classed(html, "hk-undated")
    assert not re.search(r"\d{4}-\d\d", undated.text)
    assert [e.attributes["datetime"] for e in elements(html) if e.name == "time"] == [
        "2024-12-31", "2025-12-31", "2035-12-31",
        "2017-01", "2017-07-01", "2018-07", "2020-10-14", "2023-08-08",
    ]  # fmt: skip


def test_the_drawing_is_for_the_eye_alone_and_shows_the_dates_of_the_list(desk: Desk) -> None:
    html = timeline_html(desk, "zh-Hans")
    (drawing,) = [e for e in elements(html) if e.name == "svg"]
    assert drawing.attributes["aria-hidden"] == "true"
    assert [e.text for e in classed(html, "hk-axis-date")] == ["2024-12-31 (1)", "2025-12-31 (11)", "2035-12-31 (7)"]


def test_of_many_rows_the_first_are_listed_and_the_rest_said_to_be_in_the_files() -> None:
    records = make_records()
    rows = tuple(replace(records.obligations[0], id=f"2-{i:03d}", zones=("示范园区",)) for i in range(400))
    made = MadeUp(replace(records, obligations=rows))
    thing = made.things.find("zone", "示范园区")
    assert thing is not None
    html = thing_html(made, thing, "en")
    assert sum("data-task" in e.attributes for e in elements(html) if e.name == "li") == 300
    assert "The first 300 are listed; a download holds all 400" in html


def test_with_several_documents_each_link_says_which(desk: Desk) -> None:
    records = make_records()
    made = MadeUp(replace(records, document=replace(records.document, slug="other", identifier="其他号")), records)
    html = thing_html(made, made.things.of("policy")[0], "zh-Hans")
    links = [dict(parse_qsl(str(e.attributes["href"])[1:])) for e in elements(html) if "data-go" in e.attributes]
    assert all(link["document"] == "other" for link in links if "zone" not in link)
    assert "其他号 （十五）实施分线管理" in html
    files = [str(e.attributes["href"]) for e in elements(html) if e.name == "a" and "download" in e.attributes]
    assert len(files) == 4
    for file in files:
        assert dict(parse_qsl(urlsplit(file).query)) == {"document": "other", "about": "policy/进口自用货物免征关税"}


def test_without_any_body_zone_or_time_each_place_says_so() -> None:
    bare = replace(make_records(), agents=(), zones=(), policies=(), deadlines=(), obligations=())
    made = MadeUp(bare)
    say = words("zh-Hans")["things"]
    assert say["no_zones"] in zones_html(made, "zh-Hans")
    assert say["no_times"] in timeline_html(made, "zh-Hans")
    assert say["nothing_open"] in open_html(made, "zh-Hans")
    assert chooser_html(made, "zh-Hans").count(say["no_things"]) == 3


def kinds_of(*rules: str) -> set[str]:
    """The kinds that rules give to what they find."""
    found = set()
    for rule in rules:
        for entry in yaml.safe_load((rules_dir() / f"{rule}.yaml").read_text("utf-8")):
            found |= {entry.get("kind"), (entry.get("sets") or {}).get("kind"), (entry.get("sets") or {}).get("domain")}
    return {kind for kind in found if kind}


@pytest.mark.parametrize("lang", LANGS)
def test_every_kind_and_field_there_can_be_has_a_word_in_every_language(lang: Lang, desk: Desk) -> None:
    sorts = {("policy", sort) for sort in kinds_of("policies") - {"instrument"}}
    sorts |= {("zone", sort) for sort in kinds_of("places")}
    sorts |= {("agent", sort) for sort in kinds_of("bodies")}
    sorts |= {(kind, thing.sort) for kind in THING_KINDS for thing in desk.things.of(kind)}
    assert len(sorts) > 40
    assert {pair for pair in sorts if pair[1] not in words(lang)["things"]["sorts"][pair[0]]} == set()
    assert sort_of("agent", "something else", lang) == "something else"
