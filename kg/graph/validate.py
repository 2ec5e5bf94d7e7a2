"""A graph → what is wrong with it: SHACL for its form, and its quotes held against the clauses and the source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from urllib.parse import unquote

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import RDF, SH

from kg.errors import CheckError
from kg.graph.build import to_graph
from kg.graph.terms import HK, shapes
from kg.models import Records, strip_space
from kg.vocab import ID

_QUOTED = (
    (HK.Obligation, "条目", "obligation"),
    (HK.Deadline, "时限", "deadline"),
    (HK.Policy, "政策", "policy"),
)

_TARGETS = (SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf, SH.targetNode)


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong with one node, in words a lawyer can read: `zh` in Simplified Chinese, `en` in English."""

    node: str
    zh: str
    en: str

    @property
    def name(self) -> str:
        """The node's place, short: "guofa-2023-12/obligation/15-03"."""
        return unquote(self.node.removeprefix(ID))


def validate(graph: Graph, source: str | None = None) -> tuple[Problem, ...]:
    """Return what is wrong with *graph*, sorted and nothing twice; () where it may be shipped.

    With *source*, the text all offsets count in, each quote must also be what stands there between its offsets, white
    space taken out. The graph is one document's; the ontology need not be in it.
    """
    found = [*_shape_problems(graph), *_blank_nodes(graph), *_zone_cycles(graph), *_wrong_quotes(graph, source)]
    return tuple(sorted(set(found)))


def faults_of(records: Records) -> list[str]:
    """Return what is wrong with the graph that a build would make of *records*, a line each in both languages."""
    return [f"{one.zh} {one.en}" for one in validate(to_graph(records), records.document.source.text)]


def require_valid(graph: Graph, source: str | None = None) -> None:
    """Raise `CheckError` naming the first problem and how many there are, if *graph* has any."""
    problems = validate(graph, source)
    if problems:
        first = problems[0]
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise CheckError(first.name, f"{first.zh} {first.en}{more}", "correct the record and build again")


def _shape_problems(graph: Graph) -> Iterator[Problem]:
    # pyshacl brings a reasoner along, which only this check has a use for
    import pyshacl

    _, report, _ = pyshacl.validate(graph, shacl_graph=_shapes_for_all(), inference="none", advanced=False)
    if not isinstance(report, Graph):
        raise CheckError("ontology/shapes.ttl", f"the shapes could not be applied ({report})", "correct the shapes")
    for result in report.subjects(RDF.type, SH.ValidationResult):
        words = {m.language: str(m) for m in report.objects(result, SH.resultMessage) if isinstance(m, Literal)}
        yield Problem(str(report.value(result, SH.focusNode)), words.get("zh-Hans", ""), words.get("en", ""))


@cache
def _shapes_for_all() -> Graph:
    """Return the shapes with each property shape of a target directly below that target, which says the same.

    The validator applies a property shape below a node shape to one node after the other and reads the shape anew for
    each, which takes four times as long as to apply it to all nodes of its own target.
    """
    found = shapes()
    for shape, part in list(found.subject_objects(SH.property)):
        targets = [(kind, of) for kind in _TARGETS for of in found.objects(shape, kind)]
        for kind, of in targets:
            found.add((part, kind, of))
        if targets:
            found.remove((shape, SH.property, part))
    return found


def _blank_nodes(graph: Graph) -> Iterator[Problem]:
    for subject in set(graph.subjects()):
        if isinstance(subject, BNode):
            yield Problem("_:", "图谱中有没有名称的节点。", "A node of the graph has no IRI.")


def _zone_cycles(graph: Graph) -> Iterator[Problem]:
    for zone in set(graph.subjects(HK.partOf, None)):
        seen = set()
        above = graph.value(zone, HK.partOf, any=True)
        while above is not None and above not in seen and above != zone:
            seen.add(above)
            above = graph.value(above, HK.partOf, any=True)
        if above == zone and seen:
            yield Problem(str(zone), "区域经由其他区域属于自身。", "The zone lies inside itself by way of others.")


def _wrong_quotes(graph: Graph, source: str | None) -> Iterator[Problem]:
    texts = {clause: strip_space(str(text)) for clause, text in graph.subject_objects(HK.text)}
    for kind, zh, en in _QUOTED:
        for node in set(graph.subjects(RDF.type, kind)):
            start, end = _number(graph, node, HK.start), _number(graph, node, HK.end)
            if source is not None and start is not None and end is not None:
                # the source decides: a clause's text leaves out page numbers that stand in the middle of a sentence
                yield from _wrong_span(graph, node, source[start:end], start, end, (zh, en))
                continue
            clauses = [clause for clause in graph.objects(node, HK.inClause) if clause in texts]
            for quote in graph.objects(node, HK.quote):
                if clauses and not any(str(quote) in texts[clause] for clause in clauses):
                    yield Problem(
                        str(node), f"{zh}的原文不见于所在的条。", f"The quote of the {en} does not stand in its clause."
                    )


def _wrong_span(
    graph: Graph, node: object, there: str, start: int, end: int, names: tuple[str, str]
) -> Iterator[Problem]:
    zh, en = names
    if any(strip_space(there) != str(quote) for quote in graph.objects(URIRef(str(node)), HK.quote)):
        yield Problem(
            str(node),
            f"{zh}的原文与来源文本该处的文字不符。",
            f"The quote of the {en} is not what stands at its place in the source.",
        )
    if not _inside(graph, node, start, end):
        yield Problem(
            str(node), f"{zh}的位置不在所在的条之内。", f"The {en} does not lie within the span of its clause."
        )


def _inside(graph: Graph, node: object, start: int, end: int) -> bool:
    clauses = list(graph.objects(URIRef(str(node)), HK.inClause))
    for clause in clauses:
        first, last = _number(graph, clause, HK.start), _number(graph, clause, HK.end)
        if first is not None and last is not None and first <= start and end <= last:
            return True
    return not clauses


def _number(graph: Graph, node: object, predicate: URIRef) -> int | None:
    value = graph.value(URIRef(str(node)), predicate, any=True)
    if not isinstance(value, Literal):
        return None
    number = value.toPython()
    return number if isinstance(number, int) else None
