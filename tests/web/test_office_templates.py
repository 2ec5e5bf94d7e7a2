"""The office's templates: all text is escaped, and a name that nothing was given for is an error."""

from __future__ import annotations

import re

import pytest
from jinja2 import UndefinedError

from kg.resources import PACKAGE, assets_dir
from kg.web.fragments.tags import tag
from kg.web.office.view import office_page

TEMPLATES = sorted((PACKAGE / "web" / "office" / "templates").glob("*.html"))
EVIL = "\"'><script>alert(1)</script>&amp;"


def test_no_template_lets_text_through_as_markup() -> None:
    assert len(TEMPLATES) >= 9
    for path in TEMPLATES:
        assert not re.search(r"\|\s*safe\b|autoescape|Markup", path.read_text("utf-8")), path.name


def test_what_somebody_wrote_is_text_in_an_attribute_and_out_of_it() -> None:
    html = bytes(office_page("signin.html", "en", None, wrong=EVIL, following=EVIL).body).decode("utf-8")
    # the pages' own script, and no other, is what the page may run
    (script,) = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    assert script == "".join((assets_dir() / name).read_text("utf-8") for name in ("frame.js", "names.js"))
    assert html.count("<script") == 1
    assert html.count("&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;") == 2
    assert 'value="&#34;&#39;&gt;' in html


def test_markup_that_tags_made_stays_markup() -> None:
    made = tag("b", EVIL)
    html = bytes(office_page("signin.html", "en", None, wrong=made, following="").body).decode("utf-8")
    assert f">{made}</p>" in html


def test_a_name_that_nothing_was_given_for_is_an_error() -> None:
    with pytest.raises(UndefinedError, match="following"):
        office_page("signin.html", "en", None, wrong="")
