"""A comma clause and the next one → whether it only says of whom or what, when or with whom the next one speaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.extract.main_verbs import governs, serving_phrase_with_verb
from kg.extract.predicates import cues_anywhere, head_cues, skip_adverbs, skip_connectives, verbs_in
from kg.patterns import pattern, rules

if TYPE_CHECKING:
    from kg.extract.analysis import Analysis


def belongs_to_next(words: str, ahead: str, analysis: Analysis, base: int, main: tuple[int, int] | None) -> bool:
    """Whether the clause *words*, which begins at *base*, is no task of its own but belongs to the next one, *ahead*.

    *main* is its main verb. It may be a subject with its modal (申请人应当在三十日内), a subject with those who take
    part (市统计部门应当会同有关部门), a topic (国家禁止进出口的货物) or what somebody does of whom more is said then.
    """
    words = pattern("structure", "closing-bracket").sub("", words)
    return (
        pattern("structure", "bodies-alone").match(words) is not None
        or _subject_and_modal(words, analysis, base)
        or _subject_and_partners(words, analysis, base)
        or _topic(words, ahead, analysis, base, main)
        or _comes_before_modal(words, ahead, main)
        or _comes_before_case(words, ahead, main)
        or _comes_before_applicant(words, ahead, main)
        or _left_to(words, ahead)
    )


def _subject_and_modal(words: str, analysis: Analysis, base: int) -> bool:
    """申请人应当在三十日内: a subject and its modal with a phrase of time or manner."""
    modal = pattern("structure", "modal-of-subject").match(words) or pattern("structure", "by-whom").match(words)
    if modal is None:
        return False
    at = skip_adverbs(words, modal.end())
    if pattern("structure", "fronted-term").fullmatch(words, at):
        return True
    serving = (rule for rule in rules("manner") if rule.where == "head" and rule.regex.match(words[at:]))
    return any(not serving_phrase_with_verb(words[at:], analysis, base + at, rule) for rule in serving)


def _subject_and_partners(words: str, analysis: Analysis, base: int) -> bool:
    """市统计部门应当会同有关部门: a subject and those with whom it does what the next clause says."""
    partners = pattern("structure", "fronted-partners").fullmatch(words)
    return partners is not None and not _verb_within(words, partners.start("who"), analysis, base)


def _topic(words: str, ahead: str, analysis: Analysis, base: int, main: tuple[int, int] | None) -> bool:
    """国家禁止进出口的货物: a clause that ends with the noun of which the next one says something."""
    topic = pattern("structure", "topic").fullmatch(words)
    if topic is None or main is None or (main[0] >= topic.start("noun") and main[1] < len(words)):
        return False
    at = skip_adverbs(words, skip_connectives(words))
    concerned = pattern("structure", "concerning").match(words, at)
    inside = pattern("structure", "ruled-goods").sub("", words[at:])
    if (main[0] <= at and concerned is None) or head_cues(words, at)[0] or cues_anywhere(inside):
        return False
    said = pattern("structure", "predicate-of-topic").match(ahead) or (concerned and head_cues(ahead, 0)[0])
    if not said and not (pattern("structure", "what-arises").fullmatch(words)):
        return False
    return not _verb_within(words, topic.start("noun"), analysis, base)


def _verb_within(words: str, at: int, analysis: Analysis, base: int) -> bool:
    later = (m for m in verbs_in(words, at) if m.end() < len(words))
    return any(governs(analysis, base + m.start()) for m in later)


def _comes_before_modal(words: str, ahead: str, main: tuple[int, int] | None) -> bool:
    """纳税人首次享受扣除，〈应当报送信息〉: what one does of whom, or of which, the next clause asks something."""
    if main is None or cues_anywhere(words) or not pattern("structure", "bare-modal").match(ahead):
        return False
    at = skip_adverbs(words, skip_connectives(words))
    concerned = main[0] == at or _of_class(words, main) or pattern("structure", "activity").match(words, at) is not None
    return concerned and not head_cues(words, at)[0]


def _comes_before_case(words: str, ahead: str, main: tuple[int, int] | None) -> bool:
    """有关单位拥有信息，〈但未按规定提供的〉: what somebody does, and the case of it that is ruled."""
    if main is None or cues_anywhere(words) or not pattern("structure", "goes-on-as-case").fullmatch(ahead):
        return False
    if pattern("structure", "harm-of-it").match(ahead):
        return True
    return not head_cues(words, skip_adverbs(words, skip_connectives(words)))[0] and _of_class(words, main)


def _comes_before_applicant(words: str, ahead: str, main: tuple[int, int] | None) -> bool:
    """投资者举办合资企业，〈由合资方申请〉: what somebody wants to do, and who applies for it."""
    if main is None or cues_anywhere(words):
        return False
    return pattern("structure", "applies-for-it").match(ahead) is not None


def _left_to(words: str, ahead: str) -> bool:
    """应当进行评价的规划的具体范围，〈由主管部门拟订〉: what somebody is to lay down."""
    ruled = pattern("structure", "what-is-laid-down").search(words)
    return ruled is not None and pattern("structure", "lays-down").match(ahead) is not None


def _of_class(words: str, main: tuple[int, int]) -> bool:
    who = pattern("structure", "class-subject").match(words)
    return who is not None and who.end() <= main[0]
