"""Reads rows of events: who, where, when, and an id that is the same on every delivery (F6, F7, E3)."""

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import orjson

from graph.facts.attribute_values import read_values
from graph.facts.facts import EventFact
from graph.facts.fields import read_instant_at, read_set_instant
from graph.facts.rejection import InvalidInput
from graph.facts.subjects import (
    SILENT_CODES,
    UnusableIdentity,
    encodes,
    read_identities,
    read_reference,
    sorted_keys,
)
from graph.identity.kinds import Entity
from graph.times import iso

if TYPE_CHECKING:
    from graph.facts.row_reader import RowReader

AHEAD = 5 * 60_000
"""Milliseconds that an event may lie ahead of the clock (F7)."""
_SORTED = orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS


def read_event(reader: "RowReader", index: int, row: Mapping[str, Any]) -> EventFact:
    """Read the event of a row. Raises InvalidInput: no name, no subject, neither id nor time, a time ahead."""
    name = _name(row)
    source = reader.source(row)
    left_out: list[InvalidInput] = []
    person = _people(row, left_out)
    organisation = _reference("organisation", row, left_out)
    if not person and not organisation:
        raise (
            left_out[0]
            if left_out
            else InvalidInput("NO_SUBJECT", "an event needs a person, an organisation or both", ["person"])
        )
    own_id = _own_id(row)
    occurred = _occurred(reader, row, own_id)
    values, spellings, kinds = read_values(reader, index, "event", row.get("properties"), source)
    content = _digest((name, occurred if row.get("occurredAt") is not None else None, person, organisation, values))
    node = _node_id(source, own_id, content)
    values = {key: value for key, value in values.items() if value is not None}
    received = reader.received
    if row.get("receivedAt") is not None:
        received = reader.spare(index, received, read_instant_at, row["receivedAt"], ["receivedAt"])
    if left_out:
        reader.leave_out(index, left_out)
    return EventFact(
        index, node, content, name, occurred, received, source, person, organisation, values, spellings, kinds
    )


def _name(row: Mapping[str, Any]) -> str:
    name = row.get("name")
    if not isinstance(name, str) or not name.strip() or len(name) > 500 or "\x00" in name or not encodes(name):
        raise InvalidInput(
            "NO_NAME", "an event needs a name such as 'Project Created', at most 500 characters", ["name"]
        )
    return name.strip()


def _people(row: Mapping[str, Any], left_out: list[InvalidInput]) -> tuple[str, ...]:
    """Return the person's identities.

    Raises InvalidInput where none is usable and one is wrong, for the event is nobody else's.
    """
    if row.get("identities") is None:
        return _reference("person", row, left_out)
    unusable: list[InvalidInput] = []
    try:
        keys = _reference("person", row, unusable)
    except UnusableIdentity as refused:
        unusable.append(refused)
        keys = ()
    keys = sorted_keys("person", [*keys, *read_identities("person", row["identities"], ["identities"], unusable)])
    wrong = next((each for each in unusable if not _is_silent(each)), None)
    if wrong is not None and not keys:
        raise wrong
    left_out += unusable
    return keys


def _reference(entity: Entity, row: Mapping[str, Any], left_out: list[InvalidInput]) -> tuple[str, ...]:
    """Return the named subject.

    A placeholder names nobody; a wrong identity is refused, so that nobody else is inferred (E1).
    """
    if row.get(entity) is None:
        return ()
    try:
        return (read_reference(entity, row[entity], (entity,)),)
    except UnusableIdentity as refused:
        if not _is_silent(refused):
            raise
        left_out.append(refused)
        return ()


def _is_silent(refused: InvalidInput) -> bool:
    return refused.code in SILENT_CODES


def _own_id(row: Mapping[str, Any]) -> str | None:
    own = row.get("id")
    if isinstance(own, int) and not isinstance(own, bool):
        own = str(own)
    if own is None or (isinstance(own, str) and not own.strip()):
        return None
    if not isinstance(own, str) or "\x00" in own or not encodes(own):
        raise InvalidInput("BAD_ID", "an event's id is text", ["id"])
    return own.strip()


def _occurred(reader: "RowReader", row: Mapping[str, Any], own_id: str | None) -> int:
    if row.get("occurredAt") is None:
        if own_id is None:
            raise InvalidInput(
                "NO_ID_AND_TIME",
                "an event without an id needs occurredAt, or telling it twice would count it twice",
                ["occurredAt"],
            )
        return reader.received
    occurred = read_set_instant(row["occurredAt"], ["occurredAt"])
    if occurred > reader.received + AHEAD:
        raise InvalidInput(
            "IN_THE_FUTURE",
            f"{row['occurredAt']} is more than five minutes ahead of {iso(reader.received)}",
            ["occurredAt"],
        )
    return occurred


def _digest(content: object) -> str:
    return hashlib.blake2b(orjson.dumps(content, option=_SORTED), digest_size=16).hexdigest()


def _node_id(source: str, own_id: str | None, content: str) -> str:
    """Return the id of the node: source and own id, else a hash of the content. Very long ids are hashed (F6)."""
    if own_id is None:
        return f"e_{source}:#{content}"
    return f"e_{source}:{own_id}" if len(own_id) <= 200 else f"e_{source}:##{_digest(own_id)}"
