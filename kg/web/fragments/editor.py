"""The terms of the graph → the place for the query editor, which knows them, and the list of prefixes."""

from __future__ import annotations

import json
import re
from functools import cache

from kg.graph.prefixes import PREFIXES
from kg.resources import data_dir
from kg.vocab import Lang
from kg.web.fragments.tags import Html, join, tag
from kg.web.wording import words


def editor_html(lang: Lang) -> Html:
    """Return the place for the editor, which stays empty and hidden if the editor cannot be loaded."""
    known = [{"label": f"{prefix}:", "type": "namespace", "detail": iri} for prefix, iri in PREFIXES.items()]
    known += [{"label": term, "type": "property" if term[3].islower() else "class"} for term in terms()]
    return tag(
        "div",
        class_="hk-editor",
        lang=lang,
        data_label=words(lang)["query_text"],
        data_terms=json.dumps(known, ensure_ascii=False),
    )


def prefixes_html(lang: Lang) -> Html:
    """Return the prefixes that need no declaration, folded."""
    rows = join(join([tag("dt", f"{prefix}:"), tag("dd", iri)]) for prefix, iri in sorted(PREFIXES.items()))
    told = f"{words(lang)['prefixes']} {' '.join(f'{prefix}:' for prefix in sorted(PREFIXES))}"
    return tag("details", tag("summary", told), tag("dl", rows), class_="hk-prefixes", lang=lang)


@cache
def terms() -> tuple[str, ...]:
    """Return the classes, properties and values that the ontology declares, with their prefix, sorted."""
    text = (data_dir("ontology") / "hk.ttl").read_text(encoding="utf-8")
    return tuple(sorted(set(re.findall(r"^(hk:\w+) a ", text, re.MULTILINE))))
