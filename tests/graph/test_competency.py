"""What staff ask of the plan's graph, against rows that were read off the text by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kg.extract import extract, names_for
from kg.graph.build import to_graph
from kg.graph.named import load, names, run_named
from kg.graph.store import GraphStore, open_store, write_store
from kg.models import Records, strip_space
from kg.read import parse, read_file

ROOT = Path(__file__).resolve().parents[2]

Ask = Callable[..., list[dict[str, str]]]


@pytest.fixture(scope="module")
def plan() -> Records:
    source = read_file(ROOT / "corpus" / "hetao-2023.txt", 1 << 25)
    return extract(parse(source), names_for(source))


@pytest.fixture(scope="module")
def plan_store(plan: Records, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GraphStore]:
    path = tmp_path_factory.mktemp("plan") / "store"
    write_store([to_graph(plan)], path)
    with open_store(path) as opened:
        yield opened


@pytest.fixture(scope="module")
def ask(plan_store: GraphStore) -> Ask:
    def asked(query: str, /, **given: str) -> list[dict[str, str]]:
        return [dict(row) for row in run_named(plan_store, query, given).values()]

    return asked


def clauses(rows: list[dict[str, str]]) -> list[str]:
    return list(dict.fromkeys(row["clause"] for row in rows))


def pairs(rows: list[dict[str, str]]) -> set[tuple[str, str]]:
    return {(row["clause"], row["quote"]) for row in rows}


@pytest.mark.parametrize("spelt", ["广东省", "广东省人民政府", "廣東省"])
def test_all_obligations_of_a_province_and_of_no_other(ask: Ask, spelt: str) -> None:
    rows = ask("agent-obligations", agent=spelt)
    assert [(row["clause"], row["role"], row["quote"]) for row in rows] == [
        ("preamble", "addressee", "请认真遵照执行"),
        ("30", "responsible", "广东省要将深圳园区作为全省深化改革扩大开放的前沿阵地和试验平台"),
        ("30", "responsible", "全力做好各项指导支持工作"),
    ]


@pytest.mark.parametrize(
    ("agent", "expected"),
    [
        ("财政部", [("15", "true"), ("19", "false")]),
        ("税总", [("15", "true"), ("19", "false")]),
        ("海关总署", [("15", "true")]),
    ],
)
def test_tasks_of_the_ministries_with_open_and_closed_lists(
    ask: Ask, agent: str, expected: list[tuple[str, str]]
) -> None:
    rows = ask("agent-obligations", agent=agent)
    assert [(row["clause"], row["openList"]) for row in rows] == expected
    quotes = {
        "15": "具体管理办法由财政部、海关总署、税务总局等有关部门另行制定",
        "19": "由财政部、税务总局按程序制定优惠产业目录",
    }
    assert all(row["quote"] == quotes[row["clause"]] for row in rows)


@pytest.mark.parametrize(
    ("agent", "count"),
    [("深圳市", 8), ("国家发展改革委", 4), ("发改委", 4), ("有关部门", 4), ("党中央", 1)],
)
def test_what_else_is_asked_of_bodies(ask: Ask, agent: str, count: int) -> None:
    assert len(ask("agent-obligations", agent=agent)) == count


def test_who_decides_authorises_or_is_reported_to(ask: Ask) -> None:
    rows = ask("approvals")
    assert [(row["clause"], row["approver"], row.get("initiator", "")) for row in rows] == [
        ("28", "全国人大", "有关方面"),
        ("28", "全国人大常委会", "有关方面"),
        ("28", "国务院", "有关方面"),
        ("30", "中央区域协调发展领导小组", ""),
        ("30", "党中央", "国家发展改革委"),
        ("30", "国务院", "国家发展改革委"),
    ]
    (plan,) = ask("document")
    assert (plan["publisher"], plan["identifier"], plan["issued"]) == ("国务院", "国发〔2023〕12号", "2023-08-08")
    assert ("23", "取消业务主管单位前置审批") in {
        (row["clause"], row["quote"].rpartition("，")[2]) for row in ask("reliefs")
    }


def test_clauses_that_name_no_body(ask: Ask) -> None:
    numbers = (1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 13, 14, 17, 18, 20, 21, 24, 25, 26, 27)
    assert clauses(ask("clauses-without-named-body")) == [str(n) for n in numbers]


def test_bodies_named_by_a_collective_word_alone(ask: Ask) -> None:
    assert {(row["body"], row["clause"]) for row in ask("unnamed-bodies")} == {
        ("国务院各部委", "preamble"),
        ("各直属机构", "preamble"),
        ("有关部门", "15"),
        ("相关授权机构", "20"),
        ("业务主管单位", "23"),
        ("有关方面", "28"),
        ("有关部门", "30"),
    }


def test_what_is_due_before_2026_and_that_nobody_is_named_for_it(ask: Ask) -> None:
    rows = ask("dated-owners", before="2026-01-01")
    assert [(row["clause"], row["date"], row["kind"], row["quote"]) for row in rows] == [
        ("3", "2025-12-31", "by", "到2025年，基本建立高效的深港科技创新协同机制"),
        ("3", "2025-12-31", "by", "深港科技创新开放合作取得积极成效"),
        ("3", "2025-12-31", "by", "皇岗口岸整体完成重建"),
        ("3", "2025-12-31", "by", "跨境基础设施互联互通"),
        ("3", "2025-12-31", "by", "实现运转高效的通关查验模式创新"),
        ("3", "2025-12-31", "by", "深圳园区监管模式运作成熟"),
        ("3", "2025-12-31", "by", "与香港园区基本实现要素流动畅通、创新链条融通、人员交流顺通"),
        ("3", "2025-12-31", "by", "建立与香港及国际全面对接的科研管理制度"),
        ("3", "2025-12-31", "by", "集聚一批香港及国际优势学科重点实验室集群和卓越研究中心、顶尖企业研发中心"),
        ("3", "2025-12-31", "by", "与香港科技合作取得一批重大成果"),
        ("6", "2024-12-31", "before", "2025年前基本形成国际化现代化的高端科研区"),
    ]
    assert not any(row.get("owner") for row in rows)
    assert len(ask("dated-owners")) == 17


def test_limits_that_have_no_date(ask: Ask) -> None:
    rows = ask("conditional-times")
    assert [(row["clause"], row["time"]) for row in rows] == [
        ("6", "视合作区发展需要"),
        ("6", "在实现封闭管理前"),
        ("14", "先期"),
        ("14", "待后期条件成熟后"),
        ("20", "经备案后"),
        ("28", "经授权或决定后"),
        ("28", "提请国务院授权或决定后"),
        ("29", "定期"),
        ("30", "及时"),
        ("30", "条件成熟后"),
        ("30", "适时"),
    ]


def test_the_areas_of_the_parts_add_up(ask: Ask) -> None:
    parts = {r["part"]: r["areaKm2"] for r in ask("zone-parts", zone="深方科创园区") if r.get("areaKm2")}
    assert parts == {"福田保税区": "1.35", "皇岗口岸片区": "1.67"}
    above = {r["part"]: r["areaKm2"] for r in ask("zone-parts", zone="合作区") if r.get("areaKm2")}
    assert above == parts | {"深圳园区": "3.02", "香港园区": "0.87"}
    zones = {r["zone"]: r for r in ask("zones")}
    assert zones["河套深港科技创新合作区"]["areaKm2"] == "3.89"
    assert zones["深圳园区"]["boundary"] == "深圳园区规划范围包括福田保税区和皇岗口岸片区"


def test_functional_areas_and_their_uses(ask: Ask) -> None:
    rows = [row for row in ask("zone-uses") if row["clause"] == "5"]
    assert {(row["whole"], row["use"]) for row in rows} == {
        ("中心区域", "国际高端科技服务枢纽"),
        ("西翼", "高端科研区"),
        ("西翼", "中试转化基地"),
        ("东翼", "国际协同创新区"),
        ("东翼", "国际人才社区"),
    }


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("皇岗口岸", ["ch1", "3", "5", "6", "7", "14"]),
        ("福田保税区", ["ch1", "5", "6", "7"]),
        ("深圳光明科学城", ["ch1", "4", "7"]),
    ],
)
def test_clauses_in_which_a_place_occurs(ask: Ask, plan: Records, name: str, expected: list[str]) -> None:
    text = {clause.id: strip_space(clause.text) for clause in plan.document.clauses}
    assert clauses(ask("clauses-containing", words=name)) == [c for c in expected if name in text[c]]
    rows = ask("mentions", name=name)
    assert set(clauses(rows)) <= set(expected)
    assert all(row["quote"] in text[row["clause"]] for row in rows)


def test_reliefs_and_their_exceptions(ask: Ask) -> None:
    found = pairs(ask("reliefs"))
    expected = {
        ("15", "对符合条件的进口自用科研货物免征关税、进口环节增值税和消费税"),
        ("17", "在深圳园区海关监管区域开展取消手机长途和漫游费试点"),
        ("19", "对特定封闭区域内鼓励类产业企业减按15%税率征收企业所得税"),
        ("19", "对在深圳园区工作的香港居民，其个人所得税税负超过香港税负的部分予以免征"),
        ("21", "符合条件的可免于项目评审申请一定比例的财政资金配套支持"),
        ("26", "实施好境外旅客购物离境退税政策"),
    }
    assert expected <= found
    assert sorted({clause for clause, _ in found}, key=int) == ["6", "15", "17", "19", "20", "21", "23", "26"]
    assert [(row["clause"], row["exception"]) for row in ask("exceptions")] == [
        ("15", "“一线”已缴税货物除外"),
        ("20", "法律服务、证券基金期货等特殊行业除外"),
    ]
    (insured,) = [row for row in ask("exemptions") if row["clause"] == "20"]
    assert "已在香港参加当地社会保险并继续保留社会保险关系" in insured["condition"]
    assert insured["condition"].endswith("；持相关授权机构出具的证明")


def test_every_pilot(ask: Ask) -> None:
    quotes = {row["quote"] for row in ask("pilots")}
    assert len(quotes) == 8
    assert clauses(ask("pilots")) == ["7", "12", "13", "16", "17", "21", "22"]


def test_what_hangs_on_the_white_list_and_what_has_to_be_filed(ask: Ask) -> None:
    assert clauses(ask("obligations-containing", words="白名单")) == ["6", "15", "16", "20"]
    assert clauses(ask("clauses-containing", words="白名单")) == ["6", "15", "16", "20"]
    assert clauses(ask("filings")) == ["15", "17", "20", "24"]


def test_rules_still_to_be_made(ask: Ask) -> None:
    rows = ask("rules-to-be-made")
    makers = {(row["clause"], row["quote"], row.get("maker", "")) for row in rows}
    office = "具体管理办法由财政部、海关总署、税务总局等有关部门另行制定"
    list_ = "由财政部、税务总局按程序制定优惠产业目录"
    assert {
        ("15", office, "财政部"),
        ("15", office, "海关总署"),
        ("15", office, "税务总局"),
        ("19", list_, "财政部"),
        ("19", list_, "税务总局"),
        ("16", "鼓励深圳针对深圳园区内优质企业制定便利科研相关资金跨境流动的支持政策", "深圳市"),
        ("6", "视合作区发展需要确定监管安排", ""),
        ("30", "持续谋划形成创新政策清单", ""),
        ("29", "建立定期会晤制度和专题会商制度", ""),
    } <= makers
    assert len({(clause, quote) for clause, quote, _ in makers}) <= 9


def test_what_one_clause_dates_and_another_has_done(ask: Ask) -> None:
    rows = ask("cross-references")
    assert [(row["clause"], row["quote"], row["dating"], row["dated"]) for row in rows] == [
        (
            "5",
            "西翼包括福田保税区，规划建设高端科研区和中试转化基地",
            "6",
            "2025年前基本形成国际化现代化的高端科研区",
        ),
        ("7", "加快推进皇岗口岸整体重建和福田保税区一号通道改造升级", "3", "皇岗口岸整体完成重建"),
    ]


GIVEN = {"agent": "财政部", "clause": "15", "name": "深圳园区", "who": "香港居民", "words": "备案", "zone": "深圳园区"}


@pytest.mark.parametrize("name", names())
def test_rows_about_a_clause_carry_its_words_and_stand_in_its_order(ask: Ask, plan: Records, name: str) -> None:
    rows = ask(name, **{p.name: GIVEN[p.name] for p in load(name).parameters if p.required})
    order = {clause.id: clause.order for clause in plan.document.clauses}
    text = {clause.id: strip_space(clause.text) for clause in plan.document.clauses}
    places = [order[row["clause"]] for row in rows if "clause" in row]
    assert places == sorted(places)
    assert [row for row in rows if "quote" in row and row["quote"] not in text[row["clause"]]] == []
