"""What a batch must know first, read in one journey: the catalogue, whom its facts name, and which of its events are known."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from graph.facts import EventFact, Fact
from graph.writer.addressing import named_by, recognise
from graph.writer.world import World
from queries import text


class Opening(Struct):
    """The catalogue as it is now, and the hash of each known event."""

    definitions: Sequence[Sequence[Any]]
    events: dict[str, str]


async def open_batch(world: World, facts: Sequence[Fact]) -> Opening:
    """Reads all that facts name; what is known of identities goes to the world."""
    remembered, missing = world.memory.known(named_by(facts))
    events = [fact.id for fact in facts if isinstance(fact, EventFact)]
    found = (await world.tx.rows(text("writer/opening"), {"keys": missing, "events": events}))[0]
    recognise(world, [*remembered, *found["identities"]])
    return Opening(found["definitions"], dict(found["events"]))
