"""Computes the properties of people and organisations from what all sources say (F4, F5, F8)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
import orjson

from graph.attributes.names import stored
from graph.attributes.placeholders import is_unholdable
from graph.attributes.precedence import SourceValue, winners
from graph.attributes.types import PLACEHOLDER, UNDECIDED, fitted, plainest
from graph.facts.row_reader import FIRST_SEEN
from graph.identity.kinds import kind_of, value_of
from graph.schema.vocabulary import shared_names
from graph.times import iso
from graph.writer.definitions import Definitions
from graph.writer.graph_state import GraphState, Side
from graph.writer.records import SourceRecord, SourceRecords
from graph.writer.stored import read_stored

_AS_IS: Mapping[str, type] = {"integer": int, "boolean": bool, "text": str, PLACEHOLDER: str}
_UNSTRUCTURED = frozenset(("text", "texts", "json", *UNDECIDED))
_provenance = msgspec.json.Decoder(dict[str, Any])
_WORD = re.compile(r"[^\w]+")
_OWN = {entity: shared_names(entity) for entity in ("person", "organisation")}


def as_stored(definitions: Definitions, entity: str, name: str, value: Any) -> Any:
    """Return a raw value as the attribute's type stores it; None where the type cannot hold it (F5)."""
    kind = definitions.type_of(entity, name)
    if entity == "event" and kind in _UNSTRUCTURED:
        value = plainest(value)
    return value if type(value) is _AS_IS.get(kind) else fitted(value, kind)


def properties_of(
    definitions: Definitions, entity: str, winning: Mapping[str, SourceValue], before: str | None, id: str
) -> dict[str, Any]:
    """Return the properties to set: values, nulls where no source has one any more, and the provenance of each.

    `before`: the stored provenance of `id`. Raises StoredValueBroken where it cannot be read.
    """
    found: dict[str, Any] = {}
    provenance = {}
    for name, best in winning.items():
        found[stored_name(entity, name)] = as_stored(definitions, entity, name, best.value)
        provenance[name] = {"source": best.source, "observedAt": iso(best.at)}
    for name in read_stored(_provenance.decode, before, "provenance", id) if before else ():
        found.setdefault(stored_name(entity, name), None)
    found["provenance"] = orjson.dumps(provenance, option=orjson.OPT_SORT_KEYS).decode() if provenance else None
    return found


_stored: dict[tuple[str, str], str] = {}


def stored_name(entity: str, name: str) -> str:
    """Return the property of an attribute. Cached, because names are few and looked up for every value."""
    known = _stored.get((entity, name))
    if known is None:
        known = _stored[entity, name] = stored(entity, name)
    return known


def entity_properties(
    definitions: Definitions, side: Side, id: str, records: Sequence[SourceRecord], before: str | None
) -> tuple[dict[str, Any], int | None]:
    """Return the properties of one person or organisation, and its earliest beginning (epoch milliseconds)."""
    entity, keys = side.entity, sorted(side.keys.get(id, ()))
    kinds = definitions.without_placeholders(entity)
    values = [(record.source, _values(record, kinds)) for record in records]
    winning = winners(values, definitions.order(entity))
    winning.pop(FIRST_SEEN, None)
    found = properties_of(definitions, entity, winning, before, id)
    own, other = _OWN[entity]
    found[own] = winning[own].value if own in winning else None
    found[other] = winning[other].value if other in winning else _first_of(other, keys)
    found["words"] = words((found[own], found[other]), keys)
    began = [record.attributes[FIRST_SEEN][1] for record in records if FIRST_SEEN in record.attributes]
    return found, min((each for each in began if each is not None), default=None)


def _values(record: SourceRecord, kinds: Mapping[str, str]) -> Mapping[str, Sequence[Any]]:
    """Return a record's attributes.

    A value that its type cannot hold counts as null: it takes back the source's value (F5).
    """
    if kinds.keys().isdisjoint(record.attributes):
        return record.attributes
    return {
        name: (entry[0], None) if name in kinds and is_unholdable(entry[1], kinds[name]) else entry
        for name, entry in record.attributes.items()
    }


def _first_of(kind: str, keys: Sequence[str]) -> str | None:
    """Return the first identity of a kind, which stands in where no source gives an email or domain."""
    return next((value_of(key) for key in keys if kind_of(key) == kind), None)


def words(texts: Iterable[str | None], keys: Iterable[str]) -> list[str]:
    """Return the texts by which a search may find a node: whole texts and their words, in lower case."""
    found = {text.lower() for text in (*texts, *map(value_of, keys)) if text}
    for text in list(found):
        if not text.isalnum():
            found.update(_WORD.split(text))
    found.discard("")
    return sorted(found)


def entity_rows(
    state: GraphState,
    side: Side,
    ids: Iterable[str],
    definitions: Definitions,
    records: SourceRecords,
    before: Mapping[str, Sequence[Any]],
) -> list[dict[str, Any]]:
    """Return rows (id, properties to set) of people or organisations, and note their beginnings."""
    rows = []
    for id in ids:
        known, described_by = before.get(id), records.of_kind(side.keys.get(id, ()), side.entity)
        found, began = entity_properties(definitions, side, id, described_by, known[3] if known else None)
        state.mark_begun(side.entity, id, began)
        if any(FIRST_SEEN in record.past for record in described_by):
            state.uncertain_spans.add(
                (side.entity, id)
            )  # a source withdrew a beginning that may have been the earliest
        if side.entity == "person":
            found |= _sharing(side, id)
        rows.append({"id": id, "set": found})
    return rows


def _sharing(side: Side, id: str) -> dict[str, Any]:
    """Return whether a person is a shared mailbox, where this transaction decided it (I3)."""
    if id in side.shared:
        return {"shared": True, "uncounted": "shared"}
    return {"shared": None, "uncounted": None} if id in side.unshared else {}
