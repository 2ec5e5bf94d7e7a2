"""A title and a body of HTML → a page that loads nothing and runs nothing."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from fastapi.responses import HTMLResponse

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
_STYLE = """
body { font-family: system-ui, 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif; line-height: 1.6;
  max-width: 60rem; margin: 1rem auto; padding: 0 1rem; color: #222; background: #fff; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid #ddd; }
td { overflow-wrap: anywhere; }
section { border-top: 2px solid #ccc; margin-top: 1.5rem; }
textarea { width: 100%; font-family: ui-monospace, monospace; }
label { display: block; margin: .3rem 0; }
"""


def page(
    title: str,
    body: str,
    headers: Mapping[str, str] | None = None,
    *,
    lang: str = "zh-Hans",
    status: int = 200,
    style: str = "",
) -> HTMLResponse:
    """Return the page; *title* is text and gets escaped, *body* is HTML, *style* a sheet of ours."""
    html = (
        f'<!doctype html><html lang="{escape(lang)}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{_STYLE}{style}</style></head><body>{body}</body></html>\n"
    )
    return HTMLResponse(html, status, headers={"Content-Security-Policy": _POLICY, **(headers or {})})
