"""Drafts of rows → obligations: who must act, for whom, where, and the identity that outlives a rebuild."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.extract.heads import skip_adverbs, verb_at
from kg.extract.parties import Claim, claims, read_bodies
from kg.extract.places import zones_in
from kg.extract.rules import rules
from kg.models import Due, Obligation, Party

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.extract.brackets import Responsibility
    from kg.extract.drafts import Draft
    from kg.extract.names import Hit, NameBook
    from kg.extract.parties import Body
    from kg.extract.segments import Sentence
    from kg.models import Clause, Role, Tier
    from kg.read import Plain

_FOR = re.compile(
    r"^(?:对于?|为|向|给)(?P<who>[^，；]{2,60}?)(?=，|免征|减按|征收|实行|提供|予以|给予|取消|采取|开展|实施|申请|放宽|创造|授予|发放)"
)
# The noun that ends the words for those who are supported or allowed; what follows is what they do.
_ACTOR = re.compile(
    r"(?:企业|机构|高校|院校|学校|院所|组织|人才|人员|居民|人士|政府|银行|协会|平台|团队|服务商|设施|双方|雇主|资本|资金|单位|力量|"
    r"园区|园|市|省|区|部门|公司|社|联盟|院|中心|实验室|投资者|主体|个人|学会|商会|基地|会员|者|国家|地区|城市|产业|等)(?=[\u4e00-\u9fff])"
)
_B_OBJECT = re.compile(
    r"(?:作用|优势|力度|活力|能力|水平|合作|交流|发展|流动|便利化|环境|监管|领导|引领|吸引力|凝聚力)$"
)
_ROLE_ORDER: dict[Role, int] = {"lead": 0, "responsible": 1, "cooperating": 2, "approver": 3, "addressee": 4}


@dataclass(frozen=True, slots=True)
class ClauseContext:
    """What the rows of one clause share: its text, the names in it and the brackets that close its tasks."""

    clause: Clause
    plain: Plain
    hits: dict[int, Hit]
    book: NameBook
    brackets: list[Responsibility]
    addressees: tuple[Body, ...]


def obligations(context: ClauseContext, found: list[Draft], slug: str, seen: dict[str, int]) -> list[Obligation]:
    """Return the rows of one clause in reading order; *seen* counts task ids over the document."""
    rows: list[Obligation] = []
    for draft, parties, open_list in _with_parties(context, found):
        text = context.plain.text
        span = context.plain.to_source(draft.start, draft.end)
        quote = text[draft.start : draft.end]
        action, obj = _action(text, draft)
        sentence = draft.sentence
        rows.append(
            Obligation(
                id=f"{context.clause.id}-{len(rows) + 1:02d}",
                task_id=task_id(slug, context.clause.id, quote, seen),
                clause=context.clause.id,
                quote=quote,
                start=span.start,
                end=span.end,
                modality=draft.modality,
                force=draft.force,
                agents=parties,
                open_list=open_list,
                action=action,
                object=obj,
                beneficiaries=_beneficiaries(context, draft),
                zones=zones_in(text, sentence.start, sentence.end, context.hits),
                policy=_policy(obj),
                deadline=Due(draft.time.text, draft.time.kind, draft.time.date) if draft.time else None,
                condition=draft.condition,
                exception=draft.exception,
                tier=_tier(text, draft, obj),
            )
        )
    return rows


def task_id(slug: str, clause: str, quote: str, seen: dict[str, int]) -> str:
    """Return the identity of a task: its document, clause and words, so that a rebuild gives it again.

    The same words twice in a clause are told apart by their order there.
    """
    key = f"{slug}-{clause}-{hashlib.sha256(quote.encode()).hexdigest()[:8]}"
    seen[key] = seen.get(key, 0) + 1
    return key if seen[key] == 1 else f"{key}-{seen[key]}"


def _with_parties(context: ClauseContext, found: list[Draft]) -> Iterable[tuple[Draft, tuple[Party, ...], bool]]:
    """Yield each draft with its parties: subjects are carried over commas and semicolons of their sentence."""
    subject: Claim | None = None
    sentence: Sentence | None = None
    for draft in found:
        if draft.sentence != sentence:
            subject, sentence = None, draft.sentence
        made = claims(context.plain.text, draft.start, draft.end, context.hits, context.book)
        made = [c for c in made if c.role != "pivot" or draft.pivot == c.list.start]
        own = [c for c in made if c.rule == "subject"]
        subject = own[-1] if own else subject
        acting = [c for c in made if c.role in {"lead", "responsible", "pivot"}]
        if not acting and subject is not None and not _other_subject(context, draft):
            made = [subject, *made]
        parties = _parties(context, made, draft)
        yield draft, parties, any(c.list.open for c in made if c.role != "pivot") or _bracket_open(context, draft)


def _other_subject(context: ClauseContext, draft: Draft) -> bool:
    """Whether a place that is no body stands as the subject of the row: then nobody is carried to it."""
    hit = context.hits.get(draft.start)
    return hit is not None and hit.entry.category == "zone" and hit.entry.party is None


def _parties(context: ClauseContext, made: list[Claim], draft: Draft) -> tuple[Party, ...]:
    roles: dict[tuple[str, Role], Party] = {}

    def add(body: Body, role: Role) -> None:
        if role == "responsible" and (body.name, "lead") in roles:
            return
        if role == "lead":
            roles.pop((body.name, "responsible"), None)
        roles.setdefault((body.name, role), Party(body.name, body.surface, body.tier, role, "explicit"))

    bracket = _bracket(context, draft)
    for claim in made:
        for body in claim.list.bodies:
            if claim.role == "pivot":
                if body.tier == "named" and bracket is None:
                    add(body, "responsible")
            else:
                add(body, claim.role)  # type: ignore[arg-type]
    for body, role in bracket.bodies if bracket else ():
        add(body, role)
    if draft.explicit and context.addressees:
        for body in context.addressees:
            add(body, "addressee")
    return tuple(sorted(roles.values(), key=lambda p: _ROLE_ORDER[p.role]))


def _bracket(context: ClauseContext, draft: Draft) -> Responsibility | None:
    """Return the bracket that closes the task the row stands in: the first one that ends behind it."""
    return next((b for b in context.brackets if b.end > draft.start), None)


def _bracket_open(context: ClauseContext, draft: Draft) -> bool:
    bracket = _bracket(context, draft)
    return bracket is not None and bracket.open


def _action(text: str, draft: Draft) -> tuple[str, str]:
    """Return the verb (verbs that share an object stay together) and what stands behind it."""
    if draft.verb is None:
        return "", text[draft.main.start : draft.main.end]
    a, b = draft.verb
    while match := re.compile(r"[和、并与及](?=[\u4e00-\u9fff])").match(text, b, draft.main.end):
        more = verb_at(text, match.end())
        if more is None or more.end() > draft.main.end or text[more.end() : more.end() + 1] in {"、", "的"}:
            break
        b = more.end()
    return text[a:b], text[b : draft.main.end]


def _policy(obj: str) -> str | None:
    instrument = next(r for r in rules("policies") if r.id == "instrument")
    match = instrument.regex().search(obj)
    return match.group() if match else None


def _tier(text: str, draft: Draft, obj: str) -> Tier:
    """Return B for direction, purpose or manner: a verb of improvement whose object has no end one could check."""
    if draft.modality in {"permission", "exemption", "suspension", "prohibition"} or draft.force != "firm":
        return "A"
    if draft.time is not None and draft.time.date:
        return "A"
    verb = text[draft.verb[0] : draft.verb[1]] if draft.verb else ""
    improving = any(verb in r.cues for r in rules("verbs") if r.sets.tier == "B")
    return (
        "B"
        if improving and (_B_OBJECT.search(obj) or verb in {"坚持", "发挥", "充分发挥", "发挥好", "围绕", "抢抓"})
        else "A"
    )


def _beneficiaries(context: ClauseContext, draft: Draft) -> tuple[str, ...]:
    text = context.plain.text
    if draft.pivot is not None:
        bodies = read_bodies(text, draft.pivot, context.hits, context.book)
        if bodies is not None and bodies.end < draft.end:
            return tuple(dict.fromkeys(b.name for b in bodies.bodies))
        return _listed(_supported(text, draft))
    match = _FOR.match(text[draft.start : draft.end])
    if match is None:
        return ()
    return _listed(
        _up_to_actor(text, draft.start + match.start("who"), draft.start + match.end("who")) or match.group("who")
    )


def _supported(text: str, draft: Draft) -> str:
    """Return the words for those who are supported: up to the noun behind which their own doing begins."""
    pivot = draft.pivot or 0
    return _up_to_actor(text, pivot, min(draft.end, pivot + 60))


def _up_to_actor(text: str, start: int, end: int) -> str:
    for match in _ACTOR.finditer(text, start, end):
        behind = skip_adverbs(text[:end], match.end())
        if text[match.end()] == "在" or behind > match.end() or verb_at(text, match.end()):
            return text[start : match.end()]
    return ""


def _listed(who: str) -> tuple[str, ...]:
    return tuple(
        part
        for part in re.split(r"、|(?<=[\u4e00-\u9fff])[与和及](?=[\u4e00-\u9fff]{2})", who.removesuffix("等"))
        if part
    )
