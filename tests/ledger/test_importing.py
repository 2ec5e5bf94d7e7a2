"""A filled-in workbook read back: exactly what people changed arrives, or nothing with the reason in its cell."""

from __future__ import annotations

import datetime
import random
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from kg.ledger.changes import Edit, task_of
from kg.ledger.filters import Obligations, Wanted
from kg.ledger.importing import Comparison, Take, compare
from kg.ledger.marking import marked
from kg.ledger.reading import WorkbookError, read_workbook
from kg.ledger.reports import Report, Value
from kg.ledger.store import Ledger
from kg.ledger.tasks import Terms, tasks_of
from kg.ledger.workbook import export_workbook
from kg.models import Records
from kg.versions.moved import carry_on, find_moved
from tests.ledger.filled import Filled
from tests.ledger.test_export import SMALL
from tests.ledger.test_moved import joined
from tests.office import converted

TASKS, LEDGER, PROGRESS = "任务分解表", "督查督办台账", "进展情况表"
DAY = datetime.date(2025, 12, 31)
TERMS = Terms(DAY, personal=True)


@dataclass
class Office:
    """An office's ledger over the first rows of the plan, and workbooks that go to and fro."""

    records: Records
    ledger: Ledger
    folder: Path

    @property
    def ids(self) -> list[str]:
        return [row.task_id for row in self.records.obligations]

    def give(self, name: str = "台账") -> Filled:
        path = self.folder / f"{name}.xlsx"
        path.write_bytes(export_workbook([self.records], self.ledger.current(), TERMS))
        return Filled(path)

    def look(self, path: Path, who: str = "甲", take: Take = "") -> Comparison:
        entries = tasks_of([self.records], self.ledger.current(), TERMS)
        return compare(read_workbook(path), entries, self.ledger, who, 2025, take)

    def take(self, path: Path, who: str = "甲", take: Take = "") -> Comparison:
        found = self.look(path, who, take)
        assert not found.refused, [str(one) for one in found.refused]
        self.ledger.save(found.edits, who, path.name)
        return found

    def said(self, task_id: str, who: str = "乙", **values: Value) -> None:
        row = next(row for row in self.records.obligations if row.task_id == task_id)
        self.ledger.save([Edit(task_of(self.records.document.slug, row), values)], who, "test")

    def reports(self) -> dict[str, Report]:
        return {key: one.report for key, one in self.ledger.current().items() if one.report}


@pytest.fixture
def office(records: Records, tmp_path: Path) -> Office:
    ledger = Ledger.open(tmp_path / "data")
    return Office(replace(records, obligations=records.obligations[20:80]), ledger, tmp_path)


def test_a_workbook_that_nobody_changed_changes_nothing(office: Office) -> None:
    ids = office.ids
    office.said(ids[0], status="under_way", progress="2024.3：=不是公式\n第二行", percent=100, due=DAY, phone="0755")
    office.said(ids[1], evidence=("粤府〔2024〕1号", "附件.pdf"), note="+1", assigned=DAY)
    found = office.look(office.give().save())
    assert (found.differences, found.refused, found.added) == ((), (), ())
    assert found.rows == 3 * len(ids)


def fifty(ids: list[str]) -> list[tuple[str, str, str, object, str, Value]]:
    """Fifty cells as people fill them in: sheet, task, heading, what is typed, field, what it means."""
    dates: list[tuple[object, datetime.date]] = [
        ("2025年12月", DAY), ("2025.12", DAY), ("2025-12-31", DAY), ("12月底前", DAY), ("２０２５．１２．３１ ", DAY),
        (datetime.datetime(2026, 3, 1), datetime.date(2026, 3, 1)), ("2026/3/1", datetime.date(2026, 3, 1)),
        ("2025年第四季度", DAY), ("年底前", DAY), ("20251231", DAY),
    ]  # fmt: skip
    found: list[tuple[str, str, str, object, str, Value]] = []
    for i, (typed, day) in enumerate(dates):
        found.append((LEDGER, ids[i], "认定的截止日期", typed, "due", day))
        found.append((LEDGER, ids[i], "完成状态", " 推进中 ", "status", "under_way"))
        found.append(
            (
                PROGRESS,
                ids[i],
                "进展情况",
                f"2025.{i + 1}：已印发\r\n下一步实施 ",
                "progress",
                f"2025.{i + 1}：已印发\n下一步实施",
            )
        )
        percent: object = ("40%", 40, "４０", 40.0, "40 %")[i % 5]
        found.append((PROGRESS, ids[i], "完成进度（%）", percent, "percent", 40))
        typed_text, kept = (("=不是公式的字", "=不是公式的字"), (13800138000, "13800138000"), ("007", "007"))[i % 3]
        heading, name = (("联系电话", "phone"), ("建议牵头单位（非原文）", "suggested_owner"))[i % 2]
        sheet = PROGRESS if name == "phone" else TASKS
        found.append((sheet, ids[i], heading, typed_text, name, kept))
    assert len(found) == 50
    return found


def fill(book: Filled, edits: list[tuple[str, str, str, object, str, Value]]) -> None:
    for sheet, task_id, heading, typed, _, _ in edits:
        cell = book.cell(sheet, task_id, heading)
        cell.value = typed
        if isinstance(typed, str):
            cell.data_type = "s"  # typed with an apostrophe in front, as text that begins with = has to be


def meant(edits: list[tuple[str, str, str, object, str, Value]]) -> dict[str, dict[str, Value]]:
    found: dict[str, dict[str, Value]] = {}
    for _, task_id, _, _, name, value in edits:
        found.setdefault(task_id, {})[name] = value
    return found


def test_fifty_cells_that_people_filled_in_arrive_and_nothing_else(office: Office) -> None:
    book = office.give()
    edits = fifty(office.ids)
    fill(book, edits)
    found = office.take(book.save())
    assert len(found.differences) == 50
    assert office.reports() == meant(edits)
    again = office.look(book.path)
    assert (again.differences, again.refused) == ((), ())


def test_sorted_filtered_hidden_and_with_columns_added_it_is_the_same(office: Office) -> None:
    book = office.give()
    edits = fifty(office.ids)
    fill(book, edits)
    chance = random.Random(7)
    for name in (TASKS, LEDGER, PROGRESS):
        sheet = book.sheet(name)
        order = list(range(len(office.ids)))
        chance.shuffle(order)
        book.reorder(name, order)
        for row in range(6, 40, 3):
            sheet.row_dimensions[row].hidden = True
        last = sheet.max_column + 1
        sheet.cell(4, last).value = "科室意见"
        sheet.cell(9, last).value = "请阅"
        sheet.insert_cols(3)
        sheet.cell(4, 3).value = "我处备注栏"
    found = office.take(book.save())
    assert office.reports() == meant(edits)
    assert set(found.added) == {"科室意见", "我处备注栏"}


def test_a_file_that_libreoffice_wrote_is_the_same(office: Office, need: Callable[[object, str, str], None]) -> None:
    from tests.office import find_office

    program = find_office()
    need(program, "LibreOffice", "sudo apt-get install libreoffice-calc libreoffice-writer")
    assert program is not None
    book = office.give()
    edits = fifty(office.ids)
    fill(book, edits)
    through_ods = converted(program, book.save(), "ods", office.folder / "ods")
    back = converted(program, through_ods, "xlsx", office.folder / "back")
    office.take(back)
    assert office.reports() == meant(edits)


def test_a_merged_cell_counts_for_every_row_it_spans(office: Office) -> None:
    book = office.give()
    column = book.sheet(TASKS).cell(4, book.columns(TASKS)["建议牵头单位（非原文）"]).column_letter
    first = book.rows(TASKS)[office.ids[3]]
    book.sheet(TASKS)[f"{column}{first}"] = "市科技创新局"
    book.sheet(TASKS).merge_cells(f"{column}{first}:{column}{first + 4}")
    office.take(book.save())
    assert office.reports() == {key: {"suggested_owner": "市科技创新局"} for key in office.ids[3:8]}


def test_random_edits_of_random_rows_arrive_and_nothing_else(
    office: Office, repeats: Callable[[int, int], int]
) -> None:
    texts = {"备注": "note", "认定依据": "due_basis"}
    for round_ in range(repeats(4, 100)):
        chance = random.Random(round_)
        book = office.give()
        expected = {key: dict(value) for key, value in office.reports().items()}
        for task_id in chance.sample(office.ids, chance.randrange(1, 30)):
            heading = chance.choice(list(texts))
            text = "".join(chance.choice("规划＝+-@\"'<&>一二\n\t 三０1/％") for _ in range(chance.randrange(0, 30)))
            cell = book.cell(LEDGER, task_id, heading)
            cell.value = text or None
            if text:
                cell.data_type = "s"
            kept = text.strip()
            expected.setdefault(task_id, {})[texts[heading]] = kept
            if not kept:
                del expected[task_id][texts[heading]]
        order = list(range(len(office.ids)))
        chance.shuffle(order)
        book.reorder(LEDGER, order)
        for row in chance.sample(range(5, 60), 10):
            book.sheet(LEDGER).row_dimensions[row].hidden = True
        office.take(book.save(), who=f"第{round_}人")
        assert office.reports() == {key: value for key, value in expected.items() if value}


@pytest.mark.parametrize(
    ("heading", "typed"),
    [("原文摘录", "改了一个字"), ("时限（原文）", "2030年底前"), ("原文日期", datetime.datetime(2030, 1, 1)),
     ("责任单位", "深圳市"), ("条款", "（三十）"), ("力度", "明确必须"), ("任务来源", "国发[2023]12号")],
)  # fmt: skip
def test_what_the_plan_says_is_not_changed(office: Office, heading: str, typed: object) -> None:
    book = office.give()
    book.put(LEDGER, office.ids[2], {heading: typed, "备注": "同时填的"})
    found = office.look(book.save())
    place = book.cell(LEDGER, office.ids[2], heading).coordinate
    assert [one.cell.where for one in found.refused] == [f"{LEDGER}!{place}"]
    assert [one.field for one in found.differences] == ["note"]
    assert len(found.differences) == 1


def test_one_character_of_a_quote_is_seen(office: Office) -> None:
    book = office.give()
    cell = book.cell(TASKS, office.ids[2], "原文摘录")
    cell.value = cell.value.replace(cell.value[3], "〇", 1)
    assert "plan's own" in str(office.look(book.save()).refused[0])


def test_a_day_written_over_the_formula_is_refused_with_where_to_write_it(office: Office) -> None:
    book = office.give()
    book.put(LEDGER, office.ids[2], {"截止日期": datetime.datetime(2026, 1, 1)})
    (refusal,) = office.look(book.save()).refused
    assert "认定的截止日期" in refusal.fix("zh-Hans")


@pytest.mark.parametrize(
    ("sheet", "changes", "told"),
    [
        (LEDGER, {"完成状态": "差不多了"}, "not a status"),
        (LEDGER, {"完成状态": "已完成"}, "(佐证材料) is missing"),
        (LEDGER, {"完成状态": "已销号"}, "cannot take this step"),
        (LEDGER, {"认定的截止日期": "适时"}, "cannot be read as a day"),
        (LEDGER, {"认定的截止日期": 17898}, "cannot be read as a day"),
        (LEDGER, {"备注": "=1+1"}, "a formula instead of a value"),
        (PROGRESS, {"完成进度（%）": "大半"}, "not a percentage"),
        (PROGRESS, {"完成进度（%）": 140}, "not a percentage"),
        (PROGRESS, {"进展情况": "长" * 20_001}, "characters"),
        (LEDGER, {"任务编号": "guofa-2023-12-15-00000000"}, "there is no task"),
        (LEDGER, {"任务编号": None}, "no 任务编号"),
        (LEDGER, {"认定的截止日期": 2025.1}, "January or October"),
        (LEDGER, {"备注": "#VALUE!"}, "the error #VALUE!"),
        (LEDGER, {"版本（勿改）": 9}, "no version 9"),
        (LEDGER, {"版本（勿改）": "x"}, "not the number of a version"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_refused_in_its_cell_and_the_others_can_be_applied(
    office: Office, sheet: str, changes: Mapping[str, object], told: str
) -> None:
    book = office.give()
    book.put(LEDGER, office.ids[5], {"备注": "好的一格"})
    row, columns = book.rows(sheet)[office.ids[2]], book.columns(sheet)
    book.put(sheet, office.ids[2], changes)
    path = book.save()
    found = office.look(path)
    assert [told in str(one) for one in found.refused] == [True], [str(one) for one in found.refused]
    assert [(one.task_id, one.field, one.new) for one in found.differences] == [(office.ids[5], "note", "好的一格")]
    (heading,) = changes
    assert found.refused[0].cell.where == f"{sheet}!{book.sheet(sheet).cell(row, columns[heading]).coordinate}"
    returned = office.folder / "returned.xlsx"
    returned.write_bytes(marked(path, found.refused, "en"))
    cell = load_workbook(returned)[sheet].cell(row, columns[heading])
    assert cell.fill.fgColor.rgb == "00FFC7CE"
    assert found.refused[0].fix("en") in cell.comment.text
    assert office.reports() == {}


def test_the_ends_of_lines_that_some_programs_write_are_ends_of_lines(office: Office) -> None:
    book = office.give()
    book.put(LEDGER, office.ids[0], {"备注": "第一行_x000D_\n第二行_x000D_"})
    office.take(book.save())
    assert office.reports()[office.ids[0]] == {"note": "第一行\n第二行"}


def test_two_rows_of_one_task_are_refused(office: Office) -> None:
    book = office.give()
    book.put(LEDGER, office.ids[2], {"任务编号": office.ids[3]})
    assert any("there twice" in str(one) for one in office.look(book.save()).refused)


def test_a_percentage_cell_holds_its_hundredth(office: Office) -> None:
    book = office.give()
    cell = book.cell(PROGRESS, office.ids[0], "完成进度（%）")
    cell.value, cell.number_format = 1, "0%"
    cell = book.cell(PROGRESS, office.ids[1], "完成进度（%）")
    cell.value, cell.number_format = 0.35, "0%"
    cell = book.cell(PROGRESS, office.ids[2], "完成进度（%）")
    cell.value = 1
    office.take(book.save())
    assert [office.reports()[key]["percent"] for key in office.ids[:3]] == [100, 35, 1]


def test_two_copies_of_one_task_meet_and_neither_is_lost(office: Office) -> None:
    task_id, other_id = office.ids[4:6]
    office.said(task_id, note="原来的")
    one, two = office.give("甲"), office.give("乙")
    one.put(LEDGER, task_id, {"备注": "甲写的"})
    two.put(LEDGER, task_id, {"备注": "乙写的", "认定依据": "乙加的"})
    two.put(LEDGER, other_id, {"备注": "另一项"})
    office.take(one.save(), "甲")
    found = office.look(two.save(), "乙")
    (refusal,) = found.refused
    assert "甲 changed note (备注) meanwhile to 甲写的" in str(refusal)
    # what only one of them changed is no conflict
    assert {(d.task_id, d.field) for d in found.differences} == {(task_id, "due_basis"), (other_id, "note")}
    ledger_holds = office.look(two.path, "乙", "ledger")
    assert {(d.task_id, d.field) for d in ledger_holds.differences} == {(task_id, "due_basis"), (other_id, "note")}
    # whoever takes the file is shown what it replaces
    taken = office.take(two.path, "乙", "file")
    assert ("甲写的", "乙写的") in [(d.old, d.new) for d in taken.differences]
    assert office.reports()[task_id] == {"note": "乙写的", "due_basis": "乙加的"}
    notes = [(e.who, e.old, e.new) for e in office.ledger.history(task_id) if e.field == "note"]
    assert notes == [("乙", None, "原来的"), ("甲", "原来的", "甲写的"), ("乙", "甲写的", "乙写的")]


def test_who_reported_it_done_does_not_close_it_by_a_workbook_either(office: Office) -> None:
    office.said(office.ids[0], "甲", status="done", evidence=("函",))
    book = office.give()
    book.put(LEDGER, office.ids[0], {"完成状态": "已销号", "审核人": "甲", "销号日期": "2025-12-30"})
    path = book.save()
    assert "another person" in str(office.look(path, "甲").refused[0])
    office.take(path, "乙")
    assert office.reports()[office.ids[0]]["status"] == "closed"


def test_an_offices_own_columns_are_found_by_their_headings(office: Office) -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(["某处督办表"])
    sheet.append(["任务编号", "完成状态", "备 注", "领导批示"])
    sheet.append([office.ids[0], "推进中", "见附件", "请抓紧"])
    path = office.folder / "own.xlsx"
    book.save(path)
    found = office.take(path)
    assert office.reports() == {office.ids[0]: {"status": "under_way", "note": "见附件"}}
    assert found.added == ("领导批示",)


def test_more_merged_cells_than_are_looked_up_are_refused(office: Office) -> None:
    book = Workbook()
    book.active.append(["任务编号", "备注"])
    path = office.folder / "merged.xlsx"
    book.save(path)
    merged = b'</sheetData><mergeCells count="1"><mergeCell ref="C2:Z60000"/></mergeCells>'
    parts = parts_of(path)
    with pytest.raises(WorkbookError, match="merged"):
        read_workbook(packed(path, {**parts, SHEET: parts[SHEET].replace(b"</sheetData>", merged)}))


# ------------------------------------------------------------------ files that are no workbook of a ledger


def packed(path: Path, parts: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


SHEET, STYLES, RELATIONS = "xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels"


def parts_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as parts:
        return {name: parts.read(name) for name in parts.namelist()}


@pytest.fixture
def plain(tmp_path: Path) -> dict[str, bytes]:
    """The parts of a workbook that nothing is wrong with, with the only sheet 别的表 and a task in it."""
    book = Workbook()
    book.active.title = "别的表"
    book.active.append(["任务编号", "备注"])
    book.active.append(["a", "b"])
    book.active["B2"].number_format = "0%"
    book.save(tmp_path / "plain.xlsx")
    assert [len(sheet.rows) for sheet in read_workbook(tmp_path / "plain.xlsx")] == [1]
    return parts_of(tmp_path / "plain.xlsx")


def told(path: Path) -> str:
    with pytest.raises(WorkbookError) as error:
        read_workbook(path)
    line = str(error.value)
    assert "\n" not in line
    assert "；" not in line
    return line


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "No such file"),
        (b"no workbook at all", "not an Excel workbook"),
        (b"", "not an Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096), "password"),
    ],
)
def test_a_file_that_is_no_workbook_is_told_in_one_line(content: bytes | None, why: str, tmp_path: Path) -> None:
    path = tmp_path / "given.xlsx"
    if content is not None:
        path.write_bytes(content)
    assert why in told(path)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"xl/vbaProject.bin": b"x"}, "macros"),
        ({"xl/media/x.xml": bytes(80 << 20)}, "would unpack"),
        ({SHEET: b'<!DOCTYPE x [<!ENTITY a "b">]><x/>'}, "entities"),
        ({"xl/workbook.xml": None, "[Content_Types].xml": None}, "not an Excel workbook"),
    ],
)
def test_a_workbook_that_is_not_safe_to_read_is_told_in_one_line(
    changes: dict[str, bytes | None], why: str, plain: dict[str, bytes], tmp_path: Path
) -> None:
    assert why in told(packed(tmp_path / "given.xlsx", changed(plain, changes)))


def changed(plain: Mapping[str, bytes], changes: Mapping[str, bytes | None]) -> dict[str, bytes]:
    return {name: data for name, data in {**plain, **changes}.items() if data is not None}


@pytest.mark.parametrize(
    ("part", "old", "new", "why"),
    [
        # what each part may lack or hold, by what openpyxl raises of it
        ("xl/workbook.xml", b"", None, "cannot be read as a workbook (KeyError)"),
        (RELATIONS, b"", None, "cannot be read as a workbook (KeyError)"),
        (SHEET, b"", b"<worksheet><sheetData><row><c", "cannot be read as a workbook (ParseError)"),
        ("[Content_Types].xml", b"", b"<Types/>", "cannot be read as a workbook (OSError)"),
        (STYLES, b"", b"<styleSheet", "cannot be read as a workbook (XMLSyntaxError)"),
        (STYLES, b"fonts", b"x", "cannot be read as a workbook (IndexError)"),
        (SHEET, b' ref="A1:B2"', b"", "cannot be read as a workbook (TypeError)"),
        (SHEET, b'<row r="2"', b'<row r="x"', "sheet 别的表 is damaged (ValueError)"),
        (SHEET, b"</sheetData>", b"</sheet>", "sheet 别的表 is damaged (XMLSyntaxError)"),
        (
            SHEET,
            b"</sheetData>",
            b'</sheetData><mergeCells><mergeCell ref="B"/></mergeCells>',
            "is damaged (TypeError)",
        ),
        (
            SHEET,
            b"</sheetData>",
            b'</sheetData><mergeCells><mergeCell ref="?"/></mergeCells>',
            "is damaged (ValueError)",
        ),
        (STYLES, b"", None, "别的表!B2 has a format that the file lacks"),
    ],
)
def test_a_damaged_part_is_told_in_one_line(
    part: str, old: bytes, new: bytes | None, why: str, plain: dict[str, bytes], tmp_path: Path
) -> None:
    assert old in plain[part]
    damaged = plain[part].replace(old, new) if old and new is not None else new
    assert why in told(packed(tmp_path / "given.xlsx", changed(plain, {part: damaged})))


def test_a_file_that_lost_its_end_or_has_other_bytes_is_told_in_one_line(
    plain: dict[str, bytes], tmp_path: Path
) -> None:
    path = packed(tmp_path / "given.xlsx", plain)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert "damaged" in told(path)
    with zipfile.ZipFile(packed(path, plain)) as parts:
        info = parts.getinfo(SHEET)
    start = info.header_offset + 30 + len(SHEET)
    for data in (b"\xff" * info.compress_size, whole[start : start + info.compress_size - 9] + b"\0" * 9):
        path.write_bytes(whole[:start] + data + whole[start + info.compress_size :])
        assert "damaged" in told(path)


def test_a_fault_of_ours_is_not_told_as_damage(
    plain: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = packed(tmp_path / "given.xlsx", plain)
    for name in ("columns_under", "_cell", "heading_key", "_rows"):
        for fault in (AttributeError, KeyError, ValueError, TypeError, IndexError):
            with monkeypatch.context() as patched:

                def broken(*_: object, fault: type[Exception] = fault, **__: object) -> None:
                    raise fault("ours")

                patched.setattr(f"kg.ledger.reading.{name}", broken)
                with pytest.raises(fault, match="ours"):
                    read_workbook(path)


@pytest.mark.parametrize(
    ("headings", "why"),
    [(["编号", "备注"], "no sheet has a column 任务编号"), (["任务编号", "备注", "备注"], "there twice")],
)
def test_a_sheet_without_the_ids_or_with_a_heading_twice_is_told_in_one_line(
    headings: list[str], why: str, tmp_path: Path
) -> None:
    book = Workbook()
    book.active.append(headings)
    book.save(tmp_path / "given.xlsx")
    assert why in told(tmp_path / "given.xlsx")


def test_many_rows_of_nothing_known_are_one_line_each(office: Office, repeats: Callable[[int, int], int]) -> None:
    count = repeats(2_000, 100_000)
    book = Workbook(write_only=True)
    sheet = book.create_sheet(LEDGER)
    sheet.append(["任务编号", "备注"])
    for i in range(count):
        sheet.append([f"x-{i}", "a"])
    path = office.folder / "many.xlsx"
    book.save(path)
    found = office.look(path)
    assert len(found.refused) == count
    assert str(found.refused[0]).startswith(f"{LEDGER}!A2: there is no task x-0")
    assert found.differences == ()


def test_words_of_earlier_versions_are_no_changes(records: Records, tmp_path: Path) -> None:
    office = Office(replace(records, obligations=records.obligations[:4]), Ledger.open(tmp_path / "data"), tmp_path)
    (first, *_) = (row for row in office.records.obligations if row.clause == "ch1")
    book = office.give()
    cell = book.cell(TASKS, first.task_id, "条款")
    assert cell.value == "第一章“规划背景”"
    cell.value = "第1章正文（分条之外）"
    heading = next(cell for line in cell.parent.iter_rows() for cell in line if cell.value == "性质")
    heading.value = "情态"
    column = [line[heading.column - 1] for line in heading.parent.iter_rows(min_row=heading.row + 1)]
    for one in column:
        one.value = "义务" if one.value == "事项" else one.value
    assert "义务" in {one.value for one in column}
    found = office.look(book.save())
    assert (found.differences, found.refused, found.added) == ((), (), ())


@pytest.mark.parametrize("stored", [False, True])
def test_a_workbook_that_speaks_of_a_task_that_is_two_now_is_taken_and_says_so(
    records: Records, tmp_path: Path, stored: bool
) -> None:
    before, row, one, other = joined(records)
    ledger = Ledger.open(tmp_path / "data")
    earlier = Office(before, ledger, tmp_path)
    if stored:
        earlier.said(row.task_id, note="原有", percent=10)
    book = earlier.give()
    book.put(LEDGER, row.task_id, {"完成状态": "推进中"})
    book.put(TASKS, row.task_id, {"具体举措": "每季度走访"})
    path = book.save()
    carry_on(ledger, find_moved(ledger.open_tasks(), [records]), {}, [records])
    office = Office(records, ledger, tmp_path)
    found = office.take(path)
    (two,) = found.now_two
    assert (two.old, two.first, two.other) == (row.task_id, one, other)
    line = two.line("zh-Hans")
    assert f"任务{row.task_id}现在是两项，填报归入{one.id}；另一项是{other.id}“{other.quote[:10]}" in line
    kept = {"note": "原有", "percent": 10} if stored else {}
    assert office.reports() == {one.task_id: {**kept, "status": "under_way", "measures": "每季度走访"}}
    assert office.look(path).edits == ()


def test_of_a_task_that_is_two_now_what_both_changed_meanwhile_is_asked_about(records: Records, tmp_path: Path) -> None:
    before, row, one, _ = joined(records)
    ledger = Ledger.open(tmp_path / "data")
    earlier = Office(before, ledger, tmp_path)
    earlier.said(row.task_id, note="原有")
    book = earlier.give()
    book.put(LEDGER, row.task_id, {"备注": "表中所写"})
    path = book.save()
    carry_on(ledger, find_moved(ledger.open_tasks(), [records]), {}, [records])
    office = Office(records, ledger, tmp_path)
    office.said(one.task_id, note="其间所写")
    (refusal,) = office.look(path).refused
    assert "其间所写" in refusal.line("zh-Hans")
    assert office.take(path, take="file").now_two
    assert office.reports() == {one.task_id: {"note": "表中所写"}}


def test_one_workbook_of_several_documents_is_read_back_into_the_tasks_of_each(
    records: Records, tmp_path: Path
) -> None:
    both = [replace(records, obligations=records.obligations[:3]), SMALL]
    ids = [[row.task_id for row in one.obligations] for one in both]
    assert len({*ids[0], *ids[1]}) == len(ids[0]) + len(ids[1]), "a task's id is its own over all documents"
    ledger = Ledger.open(tmp_path / "data")
    path = tmp_path / "both.xlsx"
    path.write_bytes(export_workbook(both, ledger.current(), TERMS))
    book = Filled(path)
    for number, own in enumerate(ids):
        book.put(PROGRESS, own[0], {"进展情况": f"第{number}份文件的进展"})
    found = compare(read_workbook(book.save()), tasks_of(both, ledger.current(), TERMS), ledger, "甲", 2025, "")
    assert not found.refused
    ledger.save(found.edits, "甲", path.name)
    documents = {one.document.slug: Obligations(both).chosen(Wanted(documents=[one.document.slug])) for one in both}
    for number, one in enumerate(both):
        (alone,) = documents[one.document.slug]
        assert [row.task_id for row in alone.obligations] == ids[number]
        said = {
            key: held.report["progress"] for key, held in ledger.current().items() if held.report and key in ids[number]
        }
        assert said == {ids[number][0]: f"第{number}份文件的进展"}
