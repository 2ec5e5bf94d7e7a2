"""An obligation → the bodies, zones and policies it speaks of, each with the part it has in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, Literal, NamedTuple

from kg.models import Obligation, Records
from kg.vocab import ROLES

ThingKind = Literal["agent", "zone", "policy"]
THING_KINDS: Final[tuple[ThingKind, ...]] = ("agent", "zone", "policy")

PART_ROLES: Final = (*ROLES, "beneficiary", "zone", "policy")
"""The parts a thing can have, in the order they are read in."""


class Part(NamedTuple):
    """What a thing is in an obligation. One that is `inherited` is taken from another sentence and is to be checked."""

    kind: ThingKind
    name: str
    role: str
    inherited: bool = False


def part_reader(one: Records) -> Callable[[Obligation], list[Part]]:
    """Return what gives the parts of an obligation of *one*, none of them twice.

    Who gains is a body where the document has one of that name, else a zone; a description (合作区内企业) is neither.
    """
    bodies = {agent.name for agent in one.agents} | {p.name for row in one.obligations for p in row.agents}
    zones = {zone.name for zone in one.zones} | {name for row in one.obligations for name in row.zones}

    def parts(row: Obligation) -> Iterator[Part]:
        for party in row.agents:
            yield Part("agent", party.name, party.role, party.basis == "inherited")
        for name in row.beneficiaries:
            if name in bodies:
                yield Part("agent", name, "beneficiary")
            elif name in zones:
                yield Part("zone", name, "beneficiary")
        for name in row.zones:
            yield Part("zone", name, "zone")
        if row.policy:
            yield Part("policy", row.policy, "policy")

    return lambda row: list(dict.fromkeys(parts(row)))
