"""Reads attributes and event properties of a row: normalises names, and checks values one by one (F5)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from graph.attributes import types
from graph.attributes.catalogue import COMPUTED, Definition
from graph.attributes.names import normalise
from graph.facts.fields import type_name
from graph.facts.rejection import InvalidInput
from graph.facts.shapes import is_object
from graph.facts.subjects import encodes
from graph.times import is_unset, iso, milliseconds

if TYPE_CHECKING:
    from graph.facts.row_reader import RowReader

_LONGEST_NAME = 1_000
_FIELD_OF = {"event": "properties"}
_NO_VALUES: Mapping[Any, Any] = {}
_REWRITTEN = frozenset(("date", "datetime", "dates", "datetimes", "placeholder", "placeholders", "floats"))
"""Kinds of values that may be Python's dates and datetimes."""
DECLARED = "declared"
RULED = COMPUTED | {DECLARED}
"""Origins of attributes that limit a source: a declared type, or computed here and not taken at all."""


def read_values(
    reader: "RowReader", index: int, entity: str, given: object, source: str
) -> tuple[dict[str, Any], dict[str, str], dict[str, str]]:
    """Return values by normalised name, spellings that differ from it, and types. A bad value is refused alone."""
    values: dict[str, Any] = {}
    spellings: dict[str, str] = {}
    kinds: dict[str, str] = {}
    if given is None:
        return values, spellings, kinds
    field = _FIELD_OF.get(entity, "attributes")
    ruled = reader.ruled.get(entity)
    named = _named(reader, index, given, field)
    known, left_out = reader.names.known(entity), list[str]()
    placeholders, infer = reader.placeholders, types.infer
    for spelling, value in named.items():
        try:
            name = _name(spelling)
            if name not in known and not reader.names.takes(entity, name, source):
                left_out.append(spelling)
                continue
            if ruled and name in ruled:
                kind = _ruled_kind(ruled[name], value, placeholders)
            else:
                kind = None if value is None else infer(value, placeholders)
        except (types.BadValue, InvalidInput) as error:
            refused = InvalidInput(error.code, f"{str(spelling)[:100]}: {error}", [field, str(spelling)[:200]])
            reader.leave_out(index, [refused])
            continue
        if value is not None or name not in values:
            values[name] = value if value and kind not in _REWRITTEN else _raw(value)
        if kind is not None:
            kinds[name] = kind
        if name != spelling:
            spellings[name] = spelling
    if left_out:
        message = f"{source[:60]} has brought {reader.names.most(source):,} names, and no new one is taken: {_listed(left_out)}"
        reader.leave_out(index, [InvalidInput("TOO_MANY_NAMES", message, [field])])
    return values, spellings, kinds


def _named(reader: "RowReader", index: int, given: object, field: str) -> Mapping[Any, Any]:
    named = given if type(given) is dict else reader.spare(index, _NO_VALUES, _checked, given, field)
    return _first(reader, index, named, field) if len(named) > reader.limits.values else named


def _first(reader: "RowReader", index: int, named: Mapping[Any, Any], field: str) -> Mapping[Any, Any]:
    """Return as many values as a row may have, the first by name, so that their order does not matter."""
    most = reader.limits.values
    ordered = sorted(named, key=str)
    message = f"{len(named):,} {field}; the first {most:,} by name are kept, without {_listed(ordered[most:])}"
    reader.leave_out(index, [InvalidInput("TOO_MANY_VALUES", message, [field])])
    return {name: named[name] for name in ordered[:most]}


def _listed(names: Sequence[object]) -> str:
    shown = ", ".join(str(name)[:40] for name in names[:3])
    return shown if len(names) <= 3 else f"{shown} and {len(names) - 3:,} more"


def _checked(given: object, field: str) -> Mapping[Any, Any]:
    if not is_object(given):
        raise InvalidInput("WRONG_TYPE", f"{field} is an object of names and values, found {type_name(given)}", [field])
    return given


def _raw(value: Any) -> Any:
    """Return dates and datetimes as text, so that a record is JSON from every door; an unset time as the year 1.

    Zero loses its sign: -0.0 equals 0.0, so that the order of arrival would decide between them (F3).
    """
    if isinstance(value, float):
        return value + 0.0
    if isinstance(value, date) and is_unset(value):
        return "0001-01-01"
    if isinstance(value, datetime):
        return iso(milliseconds(value))
    if isinstance(value, date):
        return value.isoformat()
    return [_raw(item) for item in value] if isinstance(value, list | tuple) else value


@lru_cache(maxsize=20_000)
def _name(spelling: object) -> str:
    """Return the normalised name of a spelling.

    Cached, because the same few names come again and again; refusals are not.
    """
    if not isinstance(spelling, str) or not spelling.strip() or len(spelling) > _LONGEST_NAME or not encodes(spelling):
        raise InvalidInput("BAD_NAME", f"a name is text of at most {_LONGEST_NAME} characters that is not empty")
    name = normalise(spelling)
    if not name or len(name) > 200:
        raise InvalidInput("BAD_NAME", "a name needs letters or digits, at most 200")
    return name


def _ruled_kind(definition: Definition, value: Any, placeholders: frozenset[str]) -> str | None:
    if definition.origin != DECLARED:
        raise InvalidInput("COMPUTED_NAME", f"{definition.name} is computed here and is not taken from a source")
    if value is None:
        return None
    types.check(value, definition.type, placeholders)
    if definition.type != "text" and types.infer(value, placeholders) == types.PLACEHOLDER:
        return types.PLACEHOLDER
    return definition.type
