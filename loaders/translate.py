"""Translate records into rows for the writer, by a section of a mapping."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any, Literal

import orjson

from graph.times import BadTime, iso, read_instant
from loaders.mapping import Section
from loaders.shape import FREE, INSTANTS, LISTS, Cells, Place

_ABSENT = object()
_INTEGER = re.compile(r"-?(0|[1-9]\d{0,18})$", re.ASCII)
_DECIMAL = re.compile(r"-?(0|[1-9]\d*)\.\d+$", re.ASCII)
_WITHOUT_OFFSET = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?$", re.ASCII)
_BOOLEANS = {"true": True, "false": False, "yes": True, "no": False, "1": True, "0": False}

Target = tuple[Literal["place", "field", "attribute", "nowhere"], str, int]
Translator = Callable[[Mapping[str, Any]], dict[str, Any]]


def translator(section: Section, cells: Cells) -> Translator:
    """Return the function from a record with such cells to a row.

    It refuses nothing. Values that cannot be used reach the writer as they are, which refuses and keeps them (F9).
    """
    return _as_fact(section) if section.kind == "fact" else _Columns(section, cells).row


def _as_fact(section: Section) -> Translator:
    return lambda record: dict(record) if record.get("source") else {**record, "source": section.source}


class _Columns:
    """The columns of a section, with the place of each in a row."""

    def __init__(self, section: Section, cells: Cells) -> None:
        self._section = section
        self._textual = cells == "text"
        self._empty = None if section.empty_removes else _ABSENT
        self._null = None if cells == "json" else self._empty
        self._targets: dict[str, Target] = _targets(section)
        self._free = FREE[section.kind]
        self._others = section.attributes is None and self._free is not None
        self._start = {"type": section.kind, "source": section.source, **section.constants}

    def row(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """Return the row of a record."""
        row = dict(self._start)
        free = dict(self._section.constant_attributes)
        places: dict[str, dict[int, Any]] = {}
        for column, cell in record.items():
            what, name, index = self._targets.get(column) or ("attribute" if self._others else "nowhere", column, 0)
            if what == "nowhere" or (value := self._cell(column, cell)) is _ABSENT:
                continue
            if what == "place":
                places.setdefault(name, {})[index] = value
            elif what == "field":
                row[name] = self._field(column, name, value)
            else:
                free[name] = self._attribute(column, value)
        if free and self._free:
            row[self._free] = free
        self._address(row, places)
        return row

    def _cell(self, column: str, cell: Any) -> Any:
        if not isinstance(cell, str):
            return self._null if cell is None else cell
        if cell.strip() in self._section.absent:
            return self._empty
        if column in self._section.multiple:
            return [part.strip() for part in cell.split(self._section.separator) if part.strip()]
        return cell.strip() if self._textual else cell

    def _field(self, column: str, name: str, value: Any) -> Any:
        if name in INSTANTS:
            return _instant(value, self._section.times.get(column), self._section.zone)
        if name in LISTS and isinstance(value, str):
            return [part.strip() for part in value.split(self._section.separator) if part.strip()]
        if name == "primary" and isinstance(value, str):
            return _BOOLEANS.get(value.lower(), value)
        return str(value) if name == "id" and isinstance(value, int) and not isinstance(value, bool) else value

    def _attribute(self, column: str, value: Any) -> Any:
        if column in self._section.times:
            return _instant(value, self._section.times[column], self._section.zone)
        if column in self._section.types:
            return _declared(value, self._section.types[column], self._section.zone)
        if isinstance(value, list):
            return [self._typed(item) for item in value]
        return self._typed(value)

    def _typed(self, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return _zoned(guessed(value) if self._textual else value, self._section.zone)

    def _address(self, row: dict[str, Any], places: Mapping[str, Mapping[int, Any]]) -> None:
        for place, found in places.items():
            identities = [
                identity for index in sorted(found) for identity in self._identities(place, index, found[index])
            ]
            if not identities:
                continue
            if place == "identities":
                row["identities"] = identities
            elif place == "parent":
                row["parent"] = identities[0]
            else:
                row[place] = reference(identities[0], place)
                if place == "person" and len(identities) > 1 and row["type"] == "event":
                    row["identities"] = identities[1:]

    def _identities(self, place: str, index: int, value: Any) -> list[dict[str, Any]]:
        kind = self._section.places[_place(place)][index][1]
        values = value if isinstance(value, list) else [value]
        return [{"kind": kind, "value": _identity(item)} for item in values if item is not None]


def _targets(section: Section) -> dict[str, Target]:
    targets: dict[str, Target] = {column: ("attribute", name, 0) for column, name in (section.attributes or {}).items()}
    targets |= {column: ("field", name, 0) for column, name in section.fields.items()}
    for place, pairs in section.places.items():
        targets |= {column: ("place", place, index) for index, (column, _) in enumerate(pairs)}
    return targets


def _place(name: str) -> Place:
    return name  # type: ignore[return-value]  # the keys of `places` are Places


def reference(identity: Mapping[str, Any], place: str) -> dict[str, Any]:
    """Return the reference of a row to one person or organisation: our id, an email, a domain, or any other identity."""
    kind = identity["kind"]
    if kind == "id" or kind == {"person": "email", "organisation": "domain"}.get(place):
        return {kind: identity["value"]}
    return {"identity": dict(identity)}


def _identity(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def guessed(text: str) -> Any:
    """Return the value of a CSV cell: an integer, a number or a boolean where it is one beyond doubt. `007` and `1e5` stay text."""
    if _INTEGER.match(text):
        number = int(text)
        return number if -(2**63) <= number < 2**63 else text
    if _DECIMAL.match(text):
        return float(text)
    return {"true": True, "false": False}.get(text.lower(), text)


def _declared(value: Any, kind: str, zone: tzinfo | None) -> Any:
    if not isinstance(value, str):
        return str(value) if kind == "text" and not isinstance(value, dict | list) else value
    try:
        return _READ[kind](value, zone)
    except ValueError:
        return value


def _zoned(value: Any, zone: tzinfo | None) -> Any:
    """Return a datetime without an offset with the offset of the mapping's zone (F7). Any other value stays."""
    if zone is None or not isinstance(value, str) or not _WITHOUT_OFFSET.match(value):
        return value
    try:
        return datetime.fromisoformat(value).replace(tzinfo=zone).isoformat()
    except ValueError:
        return _as_rfc_3339(value, zone)


def _as_rfc_3339(value: str, zone: tzinfo) -> str:
    """Return a time that Python's own reader refuses, such as 24:00. Text that is no time stays, for the writer to refuse."""
    try:
        return iso(read_instant(value, zone))
    except BadTime:
        return value


_READ: Mapping[str, Callable[[str, tzinfo | None], Any]] = {
    "text": lambda text, _: text,
    "integer": lambda text, _: int(text),
    "float": lambda text, _: float(text),
    "boolean": lambda text, _: _BOOLEANS.get(text.lower(), text),
    "date": lambda text, _: text,
    "datetime": _zoned,
    "json": lambda text, _: orjson.loads(text),
}


def _instant(value: Any, how: str | None, zone: tzinfo | None) -> Any:
    if how in ("seconds", "milliseconds"):
        return _since_1970(value, 1 if how == "seconds" else 1000)
    if how is None or not isinstance(value, str):
        return _zoned(value, zone)
    try:
        read = datetime.strptime(value, how)  # noqa: DTZ007 - its zone is the mapping's, added below
    except ValueError:
        return value
    if not re.search(r"%[HIMScXT]", how):
        return read.date().isoformat()
    return (read if read.tzinfo or zone is None else read.replace(tzinfo=zone)).isoformat()


def _since_1970(value: Any, unit: int) -> Any:
    try:
        return datetime.fromtimestamp(float(value) / unit, UTC).isoformat()
    except (TypeError, ValueError, OverflowError, OSError):
        return value
