"""Files are read in pieces of whole lines, in order, with nothing lost between two."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.pipeline.pieces import pieces


@pytest.mark.parametrize("size", [1, 7, 64, 10_000])
def test_the_pieces_are_the_lines_of_all_files_in_order_and_each_ends_with_one(size: int, tmp_path: Path) -> None:
    texts = [b"".join(b"%d %s\n" % (n, b"x" * (n % 23)) for n in range(count)) for count in (40, 0, 1, 90)]
    files = [tmp_path / str(number) for number in range(len(texts))]
    for file, text in zip(files, texts, strict=True):
        file.write_bytes(text)
    found = list(pieces(files, size))
    assert b"".join(found) == b"".join(texts)
    assert all(one.endswith(b"\n") for one in found)
    longest = max(len(line) for text in texts for line in text.splitlines(keepends=True))
    assert all(len(one) < 2 * (size + longest) for one in found)
    assert size < 1_000 or len(found) == 1


def test_no_file_gives_no_piece() -> None:
    assert list(pieces([], 10)) == []
