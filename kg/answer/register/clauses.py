"""A form of asking for clauses or chapters, its places filled → how many they are, or their headings."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from kg.answer.register.forms import Filled
from kg.answer.register.result import Listing, in_all, unit_of
from kg.answer.register.rows import WhichClauses, clauses, count_chapters, count_clauses
from kg.answer.register.scope import Scope, bare, is_below, spellings
from kg.answer.rows import Rows, Select
from kg.answer.wording import say
from kg.models import Clause, Span
from kg.read.markers import to_int
from kg.read.sentences import clause_sentences
from kg.search.units import Unit
from kg.vocab import Lang, thing


def list_clauses(filled: Filled, scope: Scope, lang: Lang, select: Select) -> Listing | None:
    """Return the clauses that *filled* asks for, or their number, or that of the chapters; None if it names what
    *scope* does not have, or if there are none.
    """
    about = filled.form.about
    if about == "mentions":
        return next(_mentioning(filled, scope, lang, select), None)
    if about == "chapters":
        return _chapters(scope, lang, select)
    which, name = WhichClauses(scope.documents), say(lang, "of_document")
    if "chapter" in filled.places:
        chapters = scope.chapter(str(to_int(filled.places["chapter"])))
        if not chapters:
            return None
        which = WhichClauses((chapters[0][0],), tuple((slug, chapter.id) for slug, chapter in chapters))
        name = say(lang, "of_heading", quote=chapters[0][1].label + chapters[0][1].title)
    found = clauses(select, which)
    listed = list(_listed(scope, found))
    if not listed or (about == "headings" and not all(clause.title for _, clause in listed)):
        return None
    headings = ((slug, c, Span(c.start, c.body if c.title else c.end)) for slug, c in listed)
    units = [unit_of(scope.library, *heading) for heading in headings]
    message = say(lang, "register_clauses", clause=listed[0][1], asked=name, count=len(listed))
    return _listing(filled, select, which, found, units, in_all(lang, [message], units))


def _chapters(scope: Scope, lang: Lang, select: Select) -> Listing | None:
    units = []
    for one in scope.records:
        for chapter in one.document.chapters:
            first = next((c for c in one.document.clauses if c.chapter == chapter.id), None)
            if first is not None and "." not in chapter.id:
                units.append(unit_of(scope.library, one.document.slug, first, Span(chapter.start, chapter.end)))
    if not units:
        return None
    found = count_chapters(select, scope.documents)
    message = in_all(lang, [say(lang, "register_chapters", count=int(found.items[0].text))], units)
    return Listing(found.items, found.query, tuple(units), None, message, "quantity")


def _mentioning(filled: Filled, scope: Scope, lang: Lang, select: Select) -> Iterator[Listing]:
    """Yield the clauses that speak of what is named: an agent or a zone by any of its names, else words as they stand.

    For what is known but stands in no numbered clause it is 0, with the place where it does stand.
    """
    for called in spellings(filled.places["name"]):
        things = scope.things(called)
        inside = () if called.isascii() else scope.clauses_with(called)
        names = tuple(dict.fromkeys(things.values()))
        if not things and not inside:
            continue
        which = WhichClauses(scope.documents, mentioned=tuple(things), inside=() if things else inside)
        found = clauses(select, which)
        if not found.items and not clauses(select, WhichClauses(scope.documents)).items:
            continue
        places = list(_listed(scope, found)) or list(scope.clauses())
        units = [unit for slug, c in places if (unit := _where(scope, slug, c, names, called)) is not None]
        if units:
            first = scope.library.clause(units[0].document, units[0].clause)
            key = ("register_mentions" if things else "register_words") + ("" if found.items else "_not")
            message = say(lang, key, clause=first, names=names, quote=called, count=len(found.items))
            yield _listing(filled, select, which, found, units, in_all(lang, [message], units))


def _listing(
    filled: Filled, select: Select, which: WhichClauses, found: Rows, units: Sequence[Unit], message: str
) -> Listing:
    counts = filled.counts or not found.items
    given = count_clauses(select, which) if counts else found
    return Listing(given.items, given.query, tuple(units), None, message, "quantity" if counts else "list")


def _listed(scope: Scope, found: Rows) -> Iterator[tuple[str, Clause]]:
    """Yield the clauses that *found* gives, each with its slug, in its order."""
    known = {thing(slug, "clause", clause.id): (slug, clause) for slug, clause in scope.clauses()}
    return (known[item.iri] for item in found.items if item.iri in known)


def _where(scope: Scope, slug: str, clause: Clause, names: Collection[str], words: str) -> Unit | None:
    """Return the first sentence of *clause* or of an item of it that has one of *names*, or else *words*, in it; the
    heading if only that has them; None if nothing does.
    """
    library = scope.library
    own = [one for _, one in Scope(library, (slug,)).clauses() if one.id == clause.id or is_below(one.id, clause.id)]
    for one in own:
        for span in (*clause_sentences(one, library.source(slug)), Span(one.start, one.body)):
            named = any(place.thing.name in names for place in library.places_in(slug, span.start, span.end))
            if named or (not names and words in bare(span.quote(library.source(slug)))):
                return unit_of(library, slug, one, span)
    return None
