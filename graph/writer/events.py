"""Events on their way to an owner, and the rows in which new ones are written."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson
from msgspec import Struct

from graph.attributes.types import EXACT, SINGULAR, plainest
from graph.facts import EventFact
from graph.writer.definitions import Definitions
from graph.writer.entities import as_stored, stored_name
from graph.writer.graph_state import GraphState
from queries import text

_PART = 500
"""Events in one statement. The engine writes them while the next ones are prepared."""
_NO_ROWS: dict[str, list[Any]] = {f"{label}_events": [] for label in ("memberships", "people", "organisations")}

PLACEHOLDERS = "placeholderValues"
"""The property that keeps raw values which types do not hold, as JSON text. Events have no source record that could."""

Common = tuple[str, str, str, str, str | None, str | None, int]
"""What the events of one row share: label and id of the owner, attribution, source, the two identities that addressed
them, time of receipt."""


class OwnedEvent(Struct, gc=False):
    """An event with the owner it gets, and the one it has now. `fact` is set for a new event."""

    id: str
    name: str
    at: int
    organisation: str | None
    previous_owner: str | None = None
    previous_attribution: str | None = None
    fact: EventFact | None = None
    label: str = ""
    owner: str = ""
    attribution: str = ""


async def write_events(state: GraphState, definitions: Definitions, new_events: Iterable[OwnedEvent]) -> None:
    """Write new events in groups that share an owner and most values, so that shared values are sent once."""
    groups: dict[Common, list[EventFact]] = {}
    for event in new_events:
        fact = event.fact
        assert fact is not None
        common = (
            event.label,
            event.owner,
            event.attribution,
            fact.source,
            fact.person[0] if fact.person else None,
            fact.organisation[0] if fact.organisation else None,
            fact.received,
        )
        group = groups.get(common)
        if group is None:
            groups[common] = [fact]
        else:
            group.append(fact)
    for part in _parts(definitions, groups):
        await state.tx.execute(text("writer/place_events"), _NO_ROWS | part)


def _parts(definitions: Definitions, groups: Mapping[Common, Sequence[EventFact]]) -> Iterator[dict[str, list[Any]]]:
    """Yield rows by the owners' label, about `_PART` events at a time."""
    part: dict[str, list[Any]] = {}
    held = 0
    # by owner, so that the engine finds each owner once
    for (label, owner, attribution, source, via, organisation_via, received), facts in sorted(
        groups.items(), key=lambda each: each[0][:2]
    ):
        row = {
            "owner": owner,
            "attribution": attribution,
            "source": source,
            "via": via,
            "organisationVia": organisation_via,
            "received": received,
            "events": [_row(definitions, fact) for fact in facts],
        }
        part.setdefault(f"{label}_events", []).append(row)
        held += len(facts)
        if held >= _PART:
            yield part
            part, held = {}, 0
    if part:
        yield part


def _row(definitions: Definitions, fact: EventFact) -> list[Any]:
    """Return an event as `place_events` reads it: a list, because a map would send its names with every event."""
    properties: dict[str, Any] = {}
    kept: dict[str, Any] = {}
    for name, value in fact.properties.items():
        held = properties[stored_name("event", name)] = as_stored(definitions, "event", name, value)
        if held is not value and loses_value(value, held, definitions.type_of("event", name)):
            kept[name] = plainest(value)
    if kept:
        properties[PLACEHOLDERS] = kept_text(kept)
    return [fact.id, fact.name, fact.occurred, fact.hash, properties]


def kept_text(values: Mapping[str, Any]) -> str | None:
    """Return the raw values of an event as text, which is stored beside its properties; None where there are none."""
    return orjson.dumps(values, option=orjson.OPT_SORT_KEYS).decode() if values else None


def loses_value(value: Any, held: Any, kind: str) -> bool:
    """True if the raw value cannot be read back from `held`, which is stored under the type `kind` (F3).

    A placeholder is left out, text hides which type a value had, and a float rounds a large whole number. A wider type
    may need the raw value later. JSON text, the widest, holds everything.
    """
    if held is None:
        return True
    if kind == "json":
        return False
    if isinstance(value, list | tuple):
        single = SINGULAR.get(kind, kind)
        return len(held) != len(value) or any(_hides(item, single) for item in value)
    return _hides(value, kind)


def _hides(value: Any, kind: str) -> bool:
    if kind == "text":
        return isinstance(value, bool | int | float)
    return kind == "float" and isinstance(value, int) and abs(value) >= EXACT
