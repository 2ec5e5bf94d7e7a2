"""An obligation → the agents, zones and policies it names, each with the part it has in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, Literal, NamedTuple

from kg.exports import exports
from kg.models import Obligation, Records, Role
from kg.vocab import ROLES

ThingKind = Literal["agent", "zone", "policy"]
THING_KINDS: Final[tuple[ThingKind, ...]] = ("agent", "zone", "policy")

PART_ROLES: Final = (*ROLES, "beneficiary", "zone", "policy")
"""The parts a thing can have, in reading order."""


class ThingPart(NamedTuple):
    """What a thing is in an obligation. An `inherited` part is taken from another sentence and is to be checked."""

    kind: ThingKind
    name: str
    role: str
    inherited: bool = False


def part_reader(one: Records) -> Callable[[Obligation], list[ThingPart]]:
    """Return a function that gives the parts of an obligation of *one*, each once.

    A beneficiary is an agent if the document has one of that name, else a zone; a description such as 合作区内企业 is
    neither.
    """
    agents = {agent.name for agent in one.agents} | {a.name for o in one.obligations for a in o.agents}
    zones = {zone.name for zone in one.zones} | {name for o in one.obligations for name in o.zones}

    def parts(obligation: Obligation) -> Iterator[ThingPart]:
        for agent in obligation.agents:
            yield ThingPart("agent", agent.name, agent.role, agent.basis == "inherited")
        for name in obligation.beneficiaries:
            if name in agents or name in zones:
                yield ThingPart("agent" if name in agents else "zone", name, "beneficiary")
        for name in obligation.zones:
            yield ThingPart("zone", name, "zone")
        if obligation.policy:
            yield ThingPart("policy", obligation.policy, "policy")

    return lambda obligation: list(dict.fromkeys(parts(obligation)))


def named_agents(obligation: Obligation, *roles: Role) -> tuple[str, ...]:
    """Return the agents that the obligation's own sentence names in one of *roles*, in its order."""
    found = (agent.name for agent in obligation.agents if agent.role in roles and agent.basis == "explicit")
    return tuple(dict.fromkeys(found))


def responsible_agents(obligation: Obligation) -> tuple[str, ...]:
    """Return the agents that the obligation's own sentence makes lead or responsible."""
    return named_agents(obligation, "lead", "responsible")


def responsible_or_unnamed(obligation: Obligation) -> tuple[str, ...]:
    """Return `responsible_agents`, or 原文未明确 alone if there are none."""
    return responsible_agents(obligation) or (exports().unnamed,)
