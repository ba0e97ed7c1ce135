"""The impact of a change of journeys, assessed before it is made: who enters their stages, and who moves on (J9).

In an exclusive journey, a stay in one stage keeps the organisation out of the stages before it. Who enters a stage leaves the
other stages. So a journey that ceases to be exclusive, or gets another order, may let organisations in at once. A journey
that becomes exclusive moves nobody until an organisation enters a stage.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graph.attributes.catalogue import Catalogue
from graph.criteria import CriteriaError
from graph.journey.changes.impact import ChangeImpact, entrants, occupants
from graph.journey.definitions.definition import Journey, Stage
from graph.journey.definitions.stored import Library
from graph.journey.reports.reporting import matching_ids, visits_of

if TYPE_CHECKING:
    from graph.engine import Graph

__all__ = ["assess_rearrangement"]

Ids = frozenset[str]


async def assess_rearrangement(
    graph: Graph, catalogue: Catalogue, before: Library, after: Library, now: int
) -> dict[str, ChangeImpact]:
    """Return the impact on each active stage of turning the journeys `before` into those `after`.

    `now` is epoch milliseconds. Only stages of journeys that change are assessed.
    """
    old, new = _changed(before, after), _changed(after, before)
    candidates = {
        stage.key: await _candidates(graph, catalogue, stage.key, after, now)
        for journey in new
        for stage in journey.stages
        if stage.is_active
    }
    entered_before, entered_after = _entering(old, candidates), _entering(new, candidates)
    found = {}
    for journey in new:
        entering = {
            each.key: entered_after[each.key] - entered_before.get(each.key, Ids())
            for each in journey.stages
            if each.key in entered_after
        }
        for key, ids in entering.items():
            inside = candidates[key].occupants
            elsewhere = Ids().union(*(others for other, others in entering.items() if other != key))
            leaving = inside & elsewhere if journey.exclusive else Ids()
            found[key] = ChangeImpact(len(inside), leaving=tuple(sorted(leaving)), entering=tuple(sorted(ids)))
    return found


@dataclass(frozen=True)
class _Candidates:
    """The occupants of a stage, and the entrants it would have if no other stage of the journey kept them out."""

    occupants: Ids
    entrants: Ids


async def _candidates(graph: Graph, catalogue: Catalogue, key: str, library: Library, now: int) -> _Candidates:
    stage, visits = library.known_stage(key), await visits_of(graph, key)
    matching: list[str] = []
    if stage.is_live:
        # A criterion that no longer parses moves nobody. `checking` reports it where the stage is changed.
        with suppress(CriteriaError):
            matching = await matching_ids(graph, stage.entry, catalogue, now)
    return _Candidates(occupants(visits), entrants(stage, visits, matching, now))


def _changed(journeys: Library, others: Library) -> list[Journey]:
    """Return the journeys that differ from those of the same key among the others, or have none there."""

    def rules(journey: Journey) -> tuple[bool, list[tuple[str, int]]]:
        return journey.exclusive, sorted((each.key, each.position) for each in journey.stages)

    known = {each.key: rules(each) for each in others.journeys}
    return [each for each in journeys.journeys if known.get(each.key) != rules(each)]


def _entering(journeys: Sequence[Journey], candidates: Mapping[str, _Candidates]) -> dict[str, Ids]:
    """Return the organisations that enter each live stage, in the order of entry: exclusive journeys backwards (J2)."""
    found: dict[str, Ids] = {}
    for journey in journeys:
        entered = Ids()
        for stage in sorted(journey.stages, key=lambda one: (one.position, one.key), reverse=True):
            if stage.key not in candidates or not stage.is_live:
                continue
            kept_out = _occupants_ahead(journey, stage, candidates) | entered if journey.exclusive else Ids()
            found[stage.key] = candidates[stage.key].entrants - kept_out
            entered |= found[stage.key]
    return found


def _occupants_ahead(journey: Journey, stage: Stage, candidates: Mapping[str, _Candidates]) -> Ids:
    """Return the occupants of the other stages of a journey, at the same position or a later one."""
    ahead = [each.key for each in journey.stages if each.key != stage.key and each.position >= stage.position]
    return Ids().union(*(candidates[key].occupants for key in ahead if key in candidates))
