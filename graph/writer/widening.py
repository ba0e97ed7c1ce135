"""When a type widens, what is stored is read again from what sources said, and events' values are turned over (F5)."""

from typing import Any

from graph.facts.times import iso, milliseconds
from graph.writer.definitions import Additions, Definitions
from graph.writer.entities import as_stored, stored_name
from graph.writer.world import World


async def mark_widened(world: World, additions: Additions) -> None:
    """Marks everyone who has a value of a widened attribute to be computed again."""
    for entity, name in additions.widened:
        property = {"property": stored_name(entity, name)}
        if entity == "person":
            world.people.dirty |= set(await world.one("with_attribute_people", property))
        elif entity == "organisation":
            world.organisations.dirty |= set(await world.one("with_attribute_organisations", property))
        elif entity == "membership":
            # who is merged away in this very batch is computed with the one who stays
            holders = set(await world.one("with_attribute_memberships", property))
            world.people.changed |= {world.people.merged.get(id, id) for id in holders}


async def widen_events(world: World, definitions: Definitions, additions: Additions) -> None:
    """Turns the values of a widened event property over to its new type."""
    for entity, name in additions.widened:
        if entity == "event":
            property = stored_name("event", name)
            rows = await world.one("events_with_property", {"property": property})
            found = [
                {"id": id, "set": {property: as_stored(definitions, "event", name, _plain(value))}}
                for id, value in rows
            ]
            await world.run("update_events", found)


def _plain(value: Any) -> Any:
    """A stored value as a source would write it."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    native = value.to_native() if hasattr(value, "to_native") else value
    if hasattr(native, "tzinfo") and hasattr(native, "hour"):
        return iso(milliseconds(native))
    return native.isoformat() if hasattr(native, "isoformat") else native
