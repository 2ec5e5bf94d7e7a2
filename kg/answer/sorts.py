"""The ways of reading a passage → the sort of thing each gives, and what a form of question is best answered by."""

from __future__ import annotations

from functools import cache

SORTS: dict[str, str] = {
    variant: sort
    for sort, variants in {
        "body": "owner owner_as_written leader approver cooperating doer body bodies",
        "group": "owner_vague leader_vague approver_vague cooperating_vague group bodies_and_groups"
        " beneficiary beneficiaries",
        "time": "due time times year time_before",
        "figure": "figure any_figure counted count",
        "place": "zone zones zone_of_row zones_of_row edge edges between",
        "list": "members words chain in_quotes quotes betweens objects objects_members titles",
        "condition": "condition condition_words condition_part",
        "exception": "exception exempted",
        "name": "full_name short_name quoted term policy policy_named named_so",
        "phrase": "object act whole",
        "verdict": "yes no",
    }.items()
    for variant in variants.split()
}
"""What sort of thing each way of reading gives."""

FITTING: dict[str, tuple[str, ...]] = {
    "owner": ("owner", "leader", "owner_as_written", "owner_vague"),
    "lead": ("leader", "owner", "owner_as_written", "leader_vague"),
    "approver": ("approver", "approver_vague"),
    "cooperating": ("cooperating", "cooperating_vague"),
    "entitled": ("beneficiaries", "beneficiary", "group"),
    "named_body": ("body", "bodies", "group", "beneficiary"),
    "deadline": ("due", "time", "times", "year", "time_before"),
    "quantity": ("figure", "counted", "count"),
    "zone": ("zone", "edge", "between", "zone_of_row", "zones"),
    "several": ("chain", "members", "zones", "words", "betweens", "edges", "bodies"),
    "list": ("chain", "members", "words", "in_quotes", "bodies", "titles", "objects"),
    "condition": ("condition", "condition_words", "condition_part"),
    "exception": ("exception", "exempted"),
    "definition": ("full_name", "short_name", "quoted", "between", "named_so"),
    "policy": ("object", "policy", "act", "quoted"),
}
"""The ways of reading that give just what a form asks for, where a passage has them."""


@cache
def bare_of(variant: str) -> str:
    """Return the way of reading a whole list of which *variant* cuts off or leaves out some; else *variant* itself."""
    return variant.removesuffix("_rest").removesuffix("_others")


@cache
def sort_of(variant: str) -> str:
    """Return what sort of thing a way of reading gives; a list cut short is still a list."""
    return SORTS[bare_of(variant)]
