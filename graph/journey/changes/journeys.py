"""Changes of journeys: their names, their exclusiveness, and the order of their stages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import queries
from graph.attributes.catalogue import load_catalogue
from graph.clock import epoch_ms
from graph.errors import UserMistake
from graph.journey.changes.impact import ChangeImpact, NeedsConfirmation
from graph.journey.changes.rearranging import assess_rearrangement
from graph.journey.definitions.checking import check_journey
from graph.journey.definitions.definition import Journey
from graph.journey.definitions.inputs import name_from_key
from graph.journey.definitions.stored import Library, load_library, read_library

if TYPE_CHECKING:
    from graph.clock import Clock
    from graph.engine import Graph, Transaction

__all__ = ["save_journey"]


async def save_journey(
    graph: Graph,
    clock: Clock,
    key: str,
    *,
    name: str | None = None,
    exclusive: bool | None = None,
    stages: Sequence[str] | None = None,
    confirm: bool = False,
) -> dict[str, ChangeImpact]:
    """Save a journey, new or changed, and return the impact by stage. None leaves a field as it is. Raises UserMistake.

    `stages` are keys in their order, moved here from other journeys. Other stages of the journey follow them. A change that
    floods a live stage, or moves many of its occupants on, raises NeedsConfirmation, unless it is made with `confirm`.
    """
    check_journey(key, name)
    now = epoch_ms(clock.now())
    catalogue, library = await load_catalogue(graph), await load_library(graph)
    rearranged = _rearranged(library, key, exclusive, _placed(library, key, stages or ()))
    changes = await assess_rearrangement(graph, catalogue, library, rearranged, now)
    if not confirm and any(each.needs_confirmation for each in changes.values()):
        raise NeedsConfirmation(changes)
    parameters = {"key": key, "name": name, "new_name": name_from_key(key), "exclusive": exclusive, "now": now}

    async def work(transaction: Transaction) -> None:
        # The lock that evaluators take comes first: from here on, what they compiled is outdated.
        await transaction.execute(queries.text("rollups/revise"), {})
        placed = _placed(await read_library(transaction), key, stages or ())
        await transaction.execute(queries.text("journey/save_journey"), parameters)
        if placed:
            await transaction.execute(queries.text("journey/place_stages"), {"key": key, "rows": placed, "now": now})

    await graph.write(work)
    return changes


def _rearranged(library: Library, key: str, exclusive: bool | None, placed: Sequence[Mapping[str, Any]]) -> Library:
    """Return the journeys after the change."""
    known = next((each for each in library.journeys if each.key == key), Journey(key, key))
    places = {row["key"]: row["position"] for row in placed}
    stages = tuple(
        replace(each, journey=key, position=places.get(each.key, each.position))
        for each in library.stages
        if each.journey == key or each.key in places
    )
    changed = replace(known, stages=stages, exclusive=known.exclusive if exclusive is None else exclusive)
    others = (
        replace(each, stages=tuple(one for one in each.stages if one.key not in places))
        for each in library.journeys
        if each.key != key
    )
    return replace(library, journeys=(*others, changed))


def _placed(library: Library, journey: str, stages: Sequence[str]) -> list[dict[str, Any]]:
    """Return the stages that change their place, each with the new one. Raises UserMistake."""
    for key, times in Counter(stages).items():
        if times > 1:
            raise UserMistake("DUPLICATE", f"stage {key!r} is named {times} times", "stages")
        if library.known_stage(key).status == "ARCHIVED":
            raise UserMistake("ARCHIVED", f"stage {key!r} is archived and can't be changed.", "stages")
    if not stages:
        return []
    others = [each.key for each in library.stages if each.journey == journey and each.key not in stages]
    places = {key: i for i, key in enumerate((*stages, *others), 1)}
    known = {each.key: (each.journey, each.position) for each in library.stages}
    return [{"key": key, "position": i} for key, i in places.items() if known[key] != (journey, i)]
