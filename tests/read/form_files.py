"""Paragraphs of a plan → the same plan as HTML, Markdown, Word and PDF, written by other libraries than read it."""

from __future__ import annotations

import html
import io
import zipfile
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from kg.models import Document

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.text.paragraph import Paragraph

Heading = tuple[int, str, str]
"""A paragraph: its level (0 chapter, 1 clause, 2 body text), its label ("" in body text), and the words behind it."""


def plan_paragraphs(document: Document) -> list[Heading]:
    """Return the paragraphs of *document* in order."""
    found: list[tuple[int, list[Heading]]] = []
    for chapter in document.chapters:
        found.append((chapter.start, [(0, chapter.label, chapter.title)]))
    for clause in document.clauses:
        first, *rest = clause.text.split("\n")
        head = (1, clause.label, first.removeprefix(clause.label)) if clause.label else (2, "", first)
        found.append((clause.start, [head, *((2, "", line) for line in rest)]))
    return [paragraph for _, paragraphs in sorted(found, key=lambda one: one[0]) for paragraph in paragraphs]


# ------------------------------------------------------------------ HTML and Markdown


def html_page(paragraphs: Sequence[Heading], charset: str = "utf-8") -> bytes:
    """Return a page as an office's site serves it: the text among what stands round it."""
    body = []
    for level, label, words in paragraphs:
        shown = html.escape(words).replace("“", "&ldquo;").replace("”", "&rdquo;")
        if level == 0:
            body.append(f"<h2>{label}{shown}</h2>")
        elif level == 1:
            title, stop, rest = shown.partition("。")
            body.append(f"<p>&emsp;&emsp;<strong>{label}{title}{stop}</strong>{rest}</p>")
        else:
            # wrapped in the file, where a browser shows one line
            lines = "\n      ".join(shown[i : i + 60] for i in range(0, len(shown), 60)) if "&" not in shown else shown
            body.append(f"<p style='text-indent:2em'>{lines}</p>")
    page = f"""<!DOCTYPE html>
<html lang="zh"><head><meta charset="{charset}"><title>政策_网站</title>
<style>p {{ margin: 0 }}</style><script>var 一 = "（一）第一条";</script></head>
<body><header><a href="/">首页</a></header><nav><ul><li>一、新闻</li><li>二、政策</li></ul></nav>
<div style="display: none">三、隐藏的文字</div>
<div class="content">{"".join(body)}</div>
<footer>（一）网站标识码</footer></body></html>"""
    return page.encode(charset)


def markdown(paragraphs: Sequence[Heading]) -> bytes:
    """Return the plan as Markdown with headings, bold titles, a link and a list."""
    lines = ["---", "title: 规划", "---"]
    for level, label, words in paragraphs:
        if level == 0:
            lines.append(f"## {label}{words}")
        elif level == 1:
            title, stop, rest = words.partition("。")
            lines.append(f"{label}**{title}{stop}**{rest}")
        else:
            lines.append(words.replace("香港", "[香港](https://example.org/a_b*c)", 1))
    return "\n\n".join(lines).replace("---\n\ntitle: 规划\n\n---", "---\ntitle: 规划\n---").encode("utf-8")


# ------------------------------------------------------------------ Word

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def docx(paragraphs: Sequence[Heading], *, numbered: bool) -> bytes:
    """Return the plan as python-docx writes it; *numbered*: the labels stand in list definitions alone."""
    import docx as library

    document = library.Document()
    if numbered:
        define_lists(document)
    document.sections[0].header.paragraphs[0].text = "（一）页眉"
    for level, label, words in paragraphs:
        if level == 2:
            document.add_paragraph(words)
        elif numbered:
            set_number(document.add_paragraph(words), 42, level)
        else:
            paragraph = document.add_paragraph()
            paragraph.add_run(label).bold = True
            paragraph.add_run(words)
    return saved(document)


def define_lists(document: WordDocument) -> None:
    """Give *document* the list 42: 一、 on its first level, （一） that runs through on its second, 1. on its third."""
    levels = (
        level_xml(0, "chineseCounting", "%1、")
        + level_xml(1, "chineseCountingThousand", "（%2）", restart=0)
        + level_xml(2, "decimal", "%3.")
    )
    add_list(document, 42, levels)


def level_xml(at: int, style: str, text: str, *, start: int = 1, restart: int | None = None, more: str = "") -> str:
    """Return one level of a list."""
    again = "" if restart is None else f'<w:lvlRestart w:val="{restart}"/>'
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="{start}"/><w:numFmt w:val="{style}"/>{again}{more}'
        f'<w:suff w:val="nothing"/><w:lvlText w:val="{text}"/></w:lvl>'
    )


def add_list(document: WordDocument, number: int, levels: str, more: str = "") -> None:
    """Add the list *number* with *levels* to *document*; *more* are overrides of it."""
    from docx.oxml import parse_xml

    root = document.part.numbering_part.element
    abstract = parse_xml(f'<w:abstractNum xmlns:w="{W}" w:abstractNumId="{number}">{levels}</w:abstractNum>')
    first = root.find(f"{{{W}}}num")
    root.insert(list(root).index(first) if first is not None else len(root), abstract)
    add_number(document, number, number, more)


def add_number(document: WordDocument, number: int, abstract: int, more: str = "") -> None:
    """Add another list of a definition that is there."""
    from docx.oxml import parse_xml

    document.part.numbering_part.element.append(
        parse_xml(f'<w:num xmlns:w="{W}" w:numId="{number}"><w:abstractNumId w:val="{abstract}"/>{more}</w:num>')
    )


def set_number(paragraph: Paragraph, number: int, level: int) -> None:
    """Make *paragraph* an item of the list *number*."""
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_ilvl().val = level
    properties.get_or_add_numId().val = number


def saved(document: WordDocument) -> bytes:
    """Return the bytes of *document*."""
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def raw_docx(body: str, parts: dict[str, str] | None = None, head: str = "") -> bytes:
    """Return a Word document with the XML *body*, and *parts* such as "footnotes" beside it."""
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    parts = parts or {}
    links = "".join(
        f'<Relationship Id="r{i}" Type="{kinds}/{name}" Target="{name}.xml"/>' for i, name in enumerate(sorted(parts))
    )
    relations = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    files = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'{relations}<Relationship Id="r" Type="{kinds}/officeDocument" Target="word/document.xml"/>'
        "</Relationships>",
        "word/_rels/document.xml.rels": f"{relations}{links}</Relationships>",
        "word/document.xml": f'{head}<w:document xmlns:w="{W}" '
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:wps="urn:wps">'
        f"<w:body>{body}</w:body></w:document>",
        **{f"word/{name}.xml": text for name, text in parts.items()},
    }
    return zipped({name: text.encode("utf-8") for name, text in files.items()})


def zipped(files: dict[str, bytes]) -> bytes:
    """Return *files* as a ZIP."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return out.getvalue()


# ------------------------------------------------------------------ PDF

WIDTH, HEIGHT = 595.0, 842.0
SIZE = 16.0
LEFT, RIGHT, TOP, BOTTOM = 79.0, 523.0, 737.0, 99.0


def pdf(paragraphs: Sequence[Heading], *, header: str = "深圳园区发展规划") -> bytes:
    """Return the plan as a PDF set as GB/T 9704-2012 says: indented by two characters, a number on each page."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(WIDTH, HEIGHT), invariant=1)

    def width(text: str) -> float:
        return float(pdfmetrics.stringWidth(text, "STSong-Light", SIZE))

    def new_page() -> float:
        canvas.setFont("STSong-Light", SIZE)
        canvas.drawString(LEFT, HEIGHT - 50, header)
        canvas.drawString(WIDTH / 2 - 20, 60, f"— {canvas.getPageNumber()} —")
        return TOP

    y = new_page()
    for _, label, words in paragraphs:
        for x, line in set_lines(label + words, width):
            if y < BOTTOM:
                canvas.showPage()
                y = new_page()
            canvas.drawString(x, y, line)
            y -= 28.0
    canvas.save()
    return out.getvalue()


def set_lines(text: str, width: Callable[[str], float]) -> list[tuple[float, str]]:
    """Return the lines of a paragraph with where each begins; no line begins with a mark that may not stand there."""
    lines: list[tuple[float, str]] = []
    x, line = LEFT + 2 * SIZE, ""
    for c in text:
        if x + width(line + c) > RIGHT and c not in "，。；：、）》”":
            lines.append((x, line))
            x, line = LEFT, ""
        line += c
    return [*lines, (x, line)]
