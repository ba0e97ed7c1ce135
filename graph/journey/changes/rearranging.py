"""What a change of journeys does at once, before it is made: who enters their stages, and who moves on from one to another (J9).

A journey that ceases to be exclusive lets in whom another of its stages kept out; one that becomes exclusive moves nobody until
somebody enters; in another order other stages keep out, and who enters one leaves the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graph.attributes.catalogue import Catalogue
from graph.criteria import CriteriaError
from graph.journey.changes.foreseeing import Foreseen, inside, newcomers
from graph.journey.definitions.definition import Journey
from graph.journey.definitions.stored import Library
from graph.journey.reports.reporting import matching_ids, visits_of

if TYPE_CHECKING:
    from graph.engine import Graph

__all__ = ["foresee_rearranged"]

Ids = frozenset[str]


async def foresee_rearranged(
    graph: Graph, catalogue: Catalogue, before: Library, after: Library, now: int
) -> dict[str, Foreseen]:
    """By stage whom it moves at `now` (epoch milliseconds) that the journeys `before` become those `after`; live stages alone.

    Only stages of journeys that change are looked at.
    """
    old, new = _changed(before, after), _changed(after, before)
    waiting = {
        stage.key: await _waiting(graph, catalogue, stage.key, after, now)
        for journey in new
        for stage in journey.stages
        if stage.status in ("LIVE", "PAUSED")
    }
    entered_before, entered = _entering(old, waiting), _entering(new, waiting)
    found = {}
    for journey in new:
        entering = {
            each.key: entered[each.key] - entered_before.get(each.key, Ids())
            for each in journey.stages
            if each.key in entered
        }
        for key, ids in entering.items():
            elsewhere = Ids().union(*(others for other, others in entering.items() if other != key))
            leaving = waiting[key].inside & elsewhere if journey.exclusive else Ids()
            found[key] = Foreseen(len(waiting[key].inside), leaving=tuple(sorted(leaving)), entering=tuple(sorted(ids)))
    return found


@dataclass(frozen=True)
class _Waiting:
    """Who is in a stage, and who matches it and might enter if nothing else of the journey kept them out."""

    inside: Ids
    matching: Ids


async def _waiting(graph: Graph, catalogue: Catalogue, key: str, library: Library, now: int) -> _Waiting:
    stage, visits = library.known_stage(key), await visits_of(graph, key)
    matching: list[str] = []
    if stage.status == "LIVE":
        # What stopped making sense moves nobody; `checking` says so where the stage is changed.
        with suppress(CriteriaError):
            matching = await matching_ids(graph, stage.entry, catalogue, now)
    return _Waiting(inside(visits), newcomers(stage, visits, matching, now))


def _changed(journeys: Library, others: Library) -> list[Journey]:
    """The journeys that are otherwise among the others, or not there."""

    def rules(journey: Journey) -> tuple[bool, list[tuple[str, int]]]:
        return journey.exclusive, sorted((each.key, each.position) for each in journey.stages)

    known = {each.key: rules(each) for each in others.journeys}
    return [each for each in journeys.journeys if known.get(each.key) != rules(each)]


def _entering(journeys: list[Journey], waiting: Mapping[str, _Waiting]) -> dict[str, Ids]:
    """Who enters each live stage in the order of entry, exclusive journeys backwards (J2)."""
    found: dict[str, Ids] = {}
    for journey in journeys:
        taken = Ids()
        for stage in sorted(journey.stages, key=lambda one: (one.position, one.key), reverse=True):
            if stage.key not in waiting:
                continue
            ahead = Ids().union(
                *(
                    waiting[each.key].inside
                    for each in journey.stages
                    if each.key in waiting and each.key != stage.key and each.position >= stage.position
                )
            )
            kept_out = ahead | taken if journey.exclusive else Ids()
            if stage.status == "LIVE":
                found[stage.key] = waiting[stage.key].matching - kept_out
                taken |= found[stage.key]
    return found
