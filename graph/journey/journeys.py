"""Saving journeys: their names, whether they are exclusive, and which stages they have in which order (ST-12, ST-13)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import queries
from graph.clock import epoch_ms
from graph.errors import UserMistake
from graph.journey.checking import check_journey
from graph.journey.stored import Library, read_library
from graph.journey.told import in_words

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
) -> None:
    """Save a journey, new or changed; what is None stays as it is. Raises UserMistake.

    `stages` are keys in their order, taken out of other journeys where they are in one; those it has besides follow.
    """
    check_journey(key, name)
    now = epoch_ms(clock.now())
    given = {"key": key, "name": name, "new_name": in_words(key), "exclusive": exclusive, "now": now}

    async def work(transaction: Transaction) -> None:
        # First the lock that evaluators take: what they compiled is outdated from here on.
        await transaction.execute(queries.text("rollups/revise"), {})
        placed = _placed(await read_library(transaction), key, stages or ())
        await transaction.execute(queries.text("journey/save_journey"), given)
        if placed:
            await transaction.execute(queries.text("journey/place_stages"), {"key": key, "rows": placed, "now": now})

    await graph.write(work)


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
