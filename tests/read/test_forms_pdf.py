"""Lines with their places → paragraphs, and a PDF's text layer → lines."""

from __future__ import annotations

import io

import pytest

from kg.errors import SourceError
from kg.read.forms import pdf as reader
from kg.read.forms.pdf import read_pdf
from kg.read.forms.pdf_layout import PrintedLine, PrintedPage, read_paragraphs, without_running_lines
from tests.read.form_files import LEFT, RIGHT, SIZE, pdf

FULL = int((RIGHT - LEFT) / SIZE)


def line(text: str, y: float, x: float = LEFT, size: float = SIZE) -> PrintedLine:
    return PrintedLine(text, x, x + size * len(text), y, y + size)


def page(*lines: PrintedLine) -> PrintedPage:
    return PrintedPage([*lines], 0.0, 842.0)


def texts(pages: list[PrintedPage]) -> list[list[str]]:
    return [[one.text for one in page.lines] for page in pages]


BODY = "财政部要会同有关部门制定具体管理办法并组织实施推进合作区建设"
INDENT = LEFT + 2 * SIZE


def body(first: float = 700.0) -> list[PrintedLine]:
    """Three paragraphs of two lines each, the first line of each indented and full."""
    found = []
    for i in range(3):
        found += [line(BODY[: FULL - 2], first - 56 * i, INDENT), line("支持香港。", first - 28 - 56 * i)]
    return found


# ------------------------------------------------------------------ running lines


def test_page_numbers_that_count_up_and_headers_that_repeat_are_left_out() -> None:
    pages = [
        page(line("规划", 800), line("要建设。", 400), line(f"— {7 + i} —", 40), line(f"第{7 + i}页 共9页", 20))
        for i in range(4)
    ]
    assert texts(without_running_lines(pages)) == [["要建设。"]] * 4


def test_left_and_right_pages_have_running_lines_of_their_own() -> None:
    pages = [page(line(("深圳", "规划")[i % 2], 800), line("要建设。", 400), line(f"{i + 1}", 40)) for i in range(6)]
    assert texts(without_running_lines(pages)) == [["要建设。"]] * 6


def test_figures_in_the_margin_that_do_not_count_up_stay() -> None:
    pages = [page(line("要建设。", 400), line(figure, 40)) for figure in ("35", "12", "90", "41")]
    assert texts(without_running_lines(pages)) == [["要建设。", figure] for figure in ("35", "12", "90", "41")]


def test_words_that_repeat_in_the_body_and_words_that_stand_once_in_the_margin_stay() -> None:
    pages = [page(line(f"独有{chr(0x4E00 + i)}", 800), line("要建设。", 400)) for i in range(4)]
    assert texts(without_running_lines(pages)) == [[f"独有{chr(0x4E00 + i)}", "要建设。"] for i in range(4)]


def test_the_number_of_an_only_page_is_left_out_and_another_figure_there_is_not() -> None:
    assert texts(without_running_lines([page(line("要建设。", 400), line("— 1 —", 40))])) == [["要建设。"]]
    assert texts(without_running_lines([page(line("要建设。", 400), line("2025", 40))])) == [["要建设。", "2025"]]


# ------------------------------------------------------------------ paragraphs


def test_a_full_line_goes_on_in_a_line_that_begins_at_the_edge() -> None:
    assert read_paragraphs([page(*body())]) == [BODY[: FULL - 2] + "支持香港。"] * 3


def test_a_paragraph_goes_on_over_the_end_of_a_page() -> None:
    first, second = body()[:3], body()[3:]
    assert read_paragraphs([page(*first), page(*second)]) == [BODY[: FULL - 2] + "支持香港。"] * 3


def test_a_full_line_that_ends_its_sentence_ends_its_paragraph_before_an_indent() -> None:
    ends = line(BODY[: FULL - 3] + "。", 500, INDENT)
    assert read_paragraphs([page(*body(), ends, line("（一）要求", 472, INDENT))])[-2:] == [ends.text, "（一）要求"]


def test_a_heading_of_several_centred_lines_is_one() -> None:
    size = 22.0
    words = ("河套深港科技创新合作区", "深圳园区发展规划")
    middle = (LEFT + RIGHT) / 2
    heading = [line(w, 800 - 30 * i, middle - size * len(w) / 2, size) for i, w in enumerate(words)]
    assert read_paragraphs([page(*heading, *body())])[0] == "".join(words)


def test_pieces_of_one_printed_line_are_one_line() -> None:
    pieces = [
        line("（一）", 500, INDENT),
        line("要求", 501, INDENT + 3 * SIZE),
        line("5", 500, 300),
        line("亿元", 500, 330),
    ]
    assert read_paragraphs([page(*body(), *pieces)])[-1] == "（一）要求 5 亿元"


@pytest.mark.parametrize(
    ("before", "after", "joined"),
    [
        ("规划近期到2", "025年", "规划近期到2025年"),
        ("加快建设5", "G网络", "加快建设5G网络"),
        ("in the year 2023", "the plan", "in the year 2023 the plan"),
        ("Operational Design", "Condition", "Operational Design Condition"),
        ("inter-", "national", "international"),
        ("COVID-", "19", "COVID-19"),
        ("合作区", "5G", "合作区5G"),
    ],
)
def test_white_space_comes_between_latin_words_alone(before: str, after: str, joined: str) -> None:
    full = PrintedLine(before, LEFT, RIGHT, 400, 416)
    assert read_paragraphs([page(*body(), full, PrintedLine(after, LEFT, RIGHT, 372, 388))])[-1] == joined


# ------------------------------------------------------------------ files


def drawn(*pages: list[str], encrypt: str | None = None) -> bytes:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1, encrypt=encrypt)
    for lines in pages:
        canvas.setFont("STSong-Light", SIZE)
        canvas.rect(50, 50, 300, 300, fill=0)
        for i, text in enumerate(lines):
            canvas.drawString(LEFT, 700 - 28 * i, text)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def test_characters_beyond_the_first_plane_are_kept() -> None:
    assert read_pdf(drawn(["𠮷林省人民政府要制定办法。"]), "a.pdf").text == "𠮷林省人民政府要制定办法。\n"


@pytest.mark.parametrize("pages", [[[], []], [[str(i)] for i in range(5)], [[BODY], [], []]])
def test_a_file_of_which_most_pages_are_images_is_refused_and_the_extra_named(
    pages: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.read.forms.pdf.has_ocr", lambda: False)
    images = sum(not "".join(page).startswith(BODY) for page in pages)
    with pytest.raises(SourceError, match=f"no text layer on {images} of its {len(pages)} pages") as refused:
        read_pdf(drawn(*pages), "scan.pdf")
    assert "pip install 'hetao-kg[ocr]'" in refused.value.fix
    assert "\n" not in str(refused.value)


def test_a_text_with_one_page_of_pictures_is_read() -> None:
    assert read_pdf(drawn([BODY], [], [BODY]), "plan.pdf").text.count(BODY) == 2


def test_a_short_letter_is_no_scanned_file() -> None:
    assert read_pdf(drawn(["国务院要制定办法。请执行。"], []), "letter.pdf").text == "国务院要制定办法。请执行。\n"


def test_a_file_with_a_password_is_refused() -> None:
    with pytest.raises(SourceError, match="password"):
        read_pdf(drawn(["甲"], encrypt="secret"), "a.pdf")


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.999])
def test_a_file_that_was_cut_off_is_refused_and_not_read_as_far_as_it_goes(share: float) -> None:
    data = pdf([(2, "", BODY * 20)] * 20)
    with pytest.raises(SourceError, match="its end is missing"):
        read_pdf(data[: int(len(data) * share) - 8], "cut.pdf")


def test_a_file_that_is_damaged_is_refused() -> None:
    with pytest.raises(SourceError, match="damaged"):
        read_pdf(b"%PDF-1.7\n" + bytes(range(256)) * 10 + b"%%EOF", "a.pdf")


def test_a_file_of_too_many_pages_is_refused_with_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_PAGES", 2)
    assert read_pdf(drawn([BODY], [BODY]), "a.pdf")
    with pytest.raises(SourceError, match="has 3 pages, more than the limit of 2"):
        read_pdf(drawn([BODY], [BODY], [BODY]), "a.pdf")
