"""Bytes → text: the encoding told, nothing changed, and one clear line where it cannot be read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import SourceError
from kg.read import read_bytes, read_file

SIMPLIFIED = "一、规划背景\r\n（一）指导思想。以新发展理念为指导，加快建设合作区。\n"
TRADITIONAL = "一、規劃背景\n（一）指導思想。以新發展理念為指導，加快建設合作區。\n"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (SIMPLIFIED, "utf-8"),
        (TRADITIONAL, "utf-8"),
        ("﻿" + SIMPLIFIED, "utf-8"),
        (SIMPLIFIED, "gb18030"),
        (TRADITIONAL, "gb18030"),
        (TRADITIONAL, "big5hkscs"),
        ("国务院", "gb18030"),
        ("國務院", "big5hkscs"),
        ("香港嘅士多啤梨", "big5hkscs"),
        ("plain ASCII, and nothing else", "utf-8"),
        ("﻿" + SIMPLIFIED, "utf-16-le"),
        ("﻿" + SIMPLIFIED, "utf-16-be"),
    ],
)
def test_the_encoding_is_told_and_no_character_is_changed(text: str, encoding: str) -> None:
    data = text.encode(encoding)
    source = read_bytes(data, "plan.txt")
    assert source.encoding == encoding
    assert source.text == text
    assert source.text == data.decode(source.encoding)


def test_the_whole_plan_is_told_in_either_chinese_encoding() -> None:
    text = (Path(__file__).resolve().parents[2] / "corpus" / "hetao-2023.txt").read_bytes().decode("utf-8")
    assert read_bytes(text.encode("gb18030"), "plan.txt").text == text
    from opencc import OpenCC

    traditional = OpenCC("s2t").convert(text)
    source = read_bytes(traditional.encode("big5hkscs", errors="ignore"), "plan.txt")
    assert source.encoding == "big5hkscs"


@pytest.mark.parametrize("start", range(0, 2000, 83))
def test_a_short_piece_of_the_plan_is_told_as_well(start: int) -> None:
    text = (Path(__file__).resolve().parents[2] / "corpus" / "hetao-2023.txt").read_bytes().decode("utf-8")
    piece = "".join(text.split())[start : start + 12]
    assert read_bytes(piece.encode("gb18030"), "piece.txt").text == piece


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "empty"),
        (b" \r\n\t ", "empty"),
        ("﻿".encode(), "empty"),
        ("　\xa0\n".encode(), "empty"),
        (b"%PDF-1.7 \xe5\x9b\xbd", "PDF"),
        (b"PK\x03\x04word/document.xml", "Office"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Office"),
        (b"{\\rtf1\\ansi hello}", "RTF"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"text with a \x00 in it", "binary"),
        (b"\x01\x02\x03\x04\x05 abc", "binary"),
        ("国务院".encode("gb18030")[:-1] + b"\xff\xff", "no encoding"),
        ("déjà vu à l’été, où l’œuvre".encode("cp1252"), "no encoding"),
        ("日本語のテキスト".encode("shift_jis"), "no encoding"),
    ],
)
def test_what_is_no_text_is_refused_with_its_reason(data: bytes, problem: str) -> None:
    with pytest.raises(SourceError) as refused:
        read_bytes(data, "odd.txt")
    assert problem in refused.value.problem
    assert "\n" not in str(refused.value)
    assert str(refused.value).startswith("odd.txt: ")
    assert refused.value.exit_code == 2


@given(st.binary() | st.text().map(lambda text: text.encode("gb18030", errors="ignore")))
def test_any_bytes_are_text_as_decoded_or_refused(data: bytes) -> None:
    try:
        source = read_bytes(data, "any")
    except SourceError as refused:
        assert "\n" not in str(refused)  # noqa: PT017 - either outcome is right
    else:
        assert source.text == data.decode(source.encoding)
        assert source == read_bytes(data, "any")


def test_a_file_is_named_and_fingerprinted(tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    path.write_bytes("一\r\n二\r三".encode())
    source = read_file(path, 100)
    assert source.name == "plan.txt"
    assert source.text == "一\r\n二\r三"
    assert source.sha256 == "a2b953974337f8975e85f18c3ef78eb920b798326f2ecd874ad73eaa7739b04d"


def test_a_missing_file_a_folder_and_a_file_too_large_are_refused(tmp_path: Path) -> None:
    large = tmp_path / "large.txt"
    large.write_bytes(b"a" * (3 * 1024 * 1024 + 1))
    with pytest.raises(SourceError, match=r"3\.0 MB, more than the limit of 2\.0 MB"):
        read_file(large, 2 * 1024 * 1024)
    with pytest.raises(SourceError, match="no such file"):
        read_file(tmp_path / "missing.txt", 100)
    with pytest.raises(SourceError, match="folder"):
        read_file(tmp_path, 100)


def test_a_file_of_exactly_the_limit_is_read(tmp_path: Path) -> None:
    path = tmp_path / "exact.txt"
    path.write_bytes(b"a" * 100)
    assert read_file(path, 100).text == "a" * 100
    with pytest.raises(SourceError):
        read_file(path, 99)


def test_a_pipe_and_impossible_names_are_refused_without_waiting(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(SourceError, match="no regular file"):
        read_file(pipe, 100)
    for name in ("a\x00b", "x" * 5000, "a\nb"):
        with pytest.raises(SourceError) as refused:
            read_file(tmp_path / name, 100)
        assert "\n" not in str(refused.value)


def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "secret.txt"
    path.write_text("国务院", encoding="utf-8")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(SourceError, match=r"cannot be read \(Permission denied\)"):
        read_file(path, 100)


@pytest.mark.parametrize("page", ["<!DOCTYPE html>\n<html></html>", "  <html lang=zh>", "<p>财政部要制定政策。</p>"])
def test_a_page_of_html_is_not_read_as_its_tags(page: str) -> None:
    with pytest.raises(SourceError, match="HTML page by its content"):
        read_bytes(page.encode(), "page.txt")
