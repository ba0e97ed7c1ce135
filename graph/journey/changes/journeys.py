"""Saving journeys: their names, whether they are exclusive, and which stages they have in which order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import queries
from graph.attributes.catalogue import load_catalogue
from graph.clock import epoch_ms
from graph.errors import UserMistake
from graph.journey.changes.foreseeing import Foreseen, NeedsConfirmation
from graph.journey.changes.rearranging import foresee_rearranged
from graph.journey.definitions.checking import check_journey
from graph.journey.definitions.definition import Journey
from graph.journey.definitions.stored import Library, load_library, read_library
from graph.journey.definitions.told import in_words

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
) -> dict[str, Foreseen]:
    """Save a journey, new or changed; what is None stays as it is; by stage whom it moves at once. Raises UserMistake.

    `stages` are keys in their order, taken out of other journeys where they are in one; those it has besides follow. A change
    that floods a live stage, or has many of one move on at once, raises NeedsConfirmation, and is made with `confirm`.
    """
    check_journey(key, name)
    now = epoch_ms(clock.now())
    catalogue, library = await load_catalogue(graph), await load_library(graph)
    wanted = _rearranged(library, key, exclusive, _placed(library, key, stages or ()))
    changes = await foresee_rearranged(graph, catalogue, library, wanted, now)
    if not confirm and any(each.grave for each in changes.values()):
        raise NeedsConfirmation(changes)
    given = {"key": key, "name": name, "new_name": in_words(key), "exclusive": exclusive, "now": now}

    async def work(transaction: Transaction) -> None:
        # First the lock that evaluators take: what they compiled is outdated from here on.
        await transaction.execute(queries.text("rollups/revise"), {})
        placed = _placed(await read_library(transaction), key, stages or ())
        await transaction.execute(queries.text("journey/save_journey"), given)
        if placed:
            await transaction.execute(queries.text("journey/place_stages"), {"key": key, "rows": placed, "now": now})

    await graph.write(work)
    return changes


def _rearranged(library: Library, key: str, exclusive: bool | None, placed: Sequence[Mapping[str, Any]]) -> Library:
    """The journeys as they shall be."""
    known = next((each for each in library.journeys if each.key == key), Journey(key, key))
    places = {row["key"]: row["position"] for row in placed}
    stages = tuple(
        replace(each, journey=key, position=places.get(each.key, each.position))
        for each in library.stages
        if each.journey == key or each.key in places
    )
    wanted = replace(known, stages=stages, exclusive=known.exclusive if exclusive is None else exclusive)
    others = (
        replace(each, stages=tuple(one for one in each.stages if one.key not in places))
        for each in library.journeys
        if each.key != key
    )
    return replace(library, journeys=(*others, wanted))


def _placed(library: Library, journey: str, stages: Sequence[str]) -> list[dict[str, Any]]:
    """The stages that get another place, each with it. Raises UserMistake."""
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
