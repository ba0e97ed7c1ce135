"""Applies wider types: stored values are computed again from records, and events' values are converted (F5)."""

from typing import Any

import msgspec

from graph.attributes.types import plainest
from graph.times import iso, milliseconds
from graph.writer.definitions import Additions, Definitions
from graph.writer.entities import as_stored, stored_name
from graph.writer.events import PLACEHOLDERS, kept_text, loses_value
from graph.writer.graph_state import GraphState
from graph.writer.stored import read_stored

_placeholders = msgspec.json.Decoder(dict[str, Any])


async def mark_widened(state: GraphState, additions: Additions) -> None:
    """Mark everybody with a value of a widened attribute to be computed again."""
    for entity, name in additions.widened:
        if entity == "person":
            state.people.dirty |= await _holders(state, additions, entity, name, "people")
        elif entity == "organisation":
            state.organisations.dirty |= await _holders(state, additions, entity, name, "organisations")
        elif entity == "membership":
            # a person merged in this very transaction is computed with the survivor
            holders = await _holders(state, additions, entity, name, "memberships")
            state.people.changed |= {state.people.merged.get(id, id) for id in holders}


async def _holders(state: GraphState, additions: Additions, entity: str, name: str, label: str) -> set[str]:
    """Return the holders of a value, and the holders of a placeholder that is a value from now on."""
    found = set(await state.fetch(f"with_attribute_{label}", {"property": stored_name(entity, name)}))
    if (entity, name) in additions.restored:
        found |= set(await state.fetch(f"mentioned_in_{label}", {"named": _named(name)}))
    return found


def _named(name: str) -> str:
    return f'"{name}":'


async def widen_events(state: GraphState, definitions: Definitions, additions: Additions) -> None:
    """Convert the stored values of a widened event property to its new type."""
    for entity, name in additions.widened:
        if entity == "event":
            property = stored_name("event", name)
            rows = await state.fetch("events_with_property", {"property": property, "named": _named(name)})
            found = [
                {"id": id, "set": converted}
                for id, value, kept in rows
                if (converted := _converted(definitions, name, value, _kept(id, kept)))
            ]
            await state.run("update_events", found)


def _kept(id: str, text: str | None) -> dict[str, Any]:
    return read_stored(_placeholders.decode, text, "placeholders", id) if text else {}


def _converted(definitions: Definitions, name: str, value: Any, kept: dict[str, Any]) -> dict[str, Any]:
    """Return the properties to set on an event: its value under the new type, and the raw values that types do not hold."""
    raw = kept.pop(name) if name in kept else _plain(value)
    if raw is None:  # the name occurs only inside a raw value
        return {}
    stored = as_stored(definitions, "event", name, raw)
    if loses_value(raw, stored, definitions.type_of("event", name)):
        kept[name] = plainest(raw)
    return {stored_name("event", name): stored, PLACEHOLDERS: kept_text(kept)}


def _plain(value: Any) -> Any:
    """Return a stored value as a source would write it."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    native = value.to_native() if hasattr(value, "to_native") else value
    if hasattr(native, "tzinfo") and hasattr(native, "hour"):
        return iso(milliseconds(native))
    return native.isoformat() if hasattr(native, "isoformat") else native
