"""Mapping files in TOML: the meaning of the columns of each file. The whole mapping is checked before anything is loaded."""

import codecs
import tomllib
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field
from datetime import tzinfo
from difflib import get_close_matches
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

from loaders.errors import MappingError
from loaders.shape import FIELDS, FREE, NEEDED, PLACES, TYPES, Kind, Place, field_of

DEFAULT_SOURCE = "file"
REFUSED_SUFFIX = ".refused.jsonl"


@dataclass(frozen=True)
class Section:
    """The meaning of the columns of one file."""

    kind: Kind
    name: str = "*"
    source: str = DEFAULT_SOURCE
    zone: tzinfo | None = None
    places: Dictionary[Place, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    """Columns with identities, by their place in the row, each with its kind of identity. The first one with a value names the subject."""
    fields: Dictionary[str, str] = field(default_factory=dict)
    """Columns that are fields of the row."""
    attributes: Dictionary[str, str] | None = None
    """Columns that are attributes or properties, with their names. None takes every other column."""
    constants: Dictionary[str, Any] = field(default_factory=dict)
    constant_attributes: Dictionary[str, Any] = field(default_factory=dict)
    multiple: frozenset[str] = frozenset()
    separator: str = ";"
    types: Dictionary[str, str] = field(default_factory=dict)
    times: Dictionary[str, str] = field(default_factory=dict)
    """Columns whose times are `seconds` or `milliseconds` since 1970, or written in a format of strptime."""
    absent: frozenset[str] = frozenset(("",))
    """Texts of empty cells."""
    empty_removes: bool = False
    """True if an empty cell removes the value that this source gave before."""
    delimiter: str | None = None
    encoding: str = "utf-8"

    def columns(self) -> frozenset[str]:
        """Return every column that the section names."""
        named = [column for pairs in self.places.values() for column, _ in pairs]
        return frozenset([*named, *self.fields, *(self.attributes or ()), *self.multiple, *self.types, *self.times])


@dataclass(frozen=True)
class Mapping:
    """The sections of a mapping file."""

    sections: tuple[Section, ...]

    def for_file(self, name: str) -> Section:
        """Return the section for a file of this name. A file of refused rows goes by the name of its original. Raises MappingError."""
        for section in self.sections:
            if fnmatch(name.removesuffix(REFUSED_SUFFIX), section.name) or fnmatch(name, section.name):
                return section
        names = ", ".join(section.name for section in self.sections)
        raise MappingError(
            f"the mapping says nothing about {name}; its sections are for {names}",
            hint=f'Add [[file]] with name = "{name}".',
        )


def read_mapping(path: Path) -> Mapping:
    """Read a mapping file. Raises MappingError with the place and the fault."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise MappingError(f"{path} cannot be opened: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise MappingError(f"{path} is not UTF-8 from byte {error.start + 1} on", hint="Save it as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise MappingError(f"{path} is not TOML: {error}", hint="docs/loading.md shows a mapping.") from error
    return mapping_from(tables)


def mapping_from(tables: Dictionary[str, Any]) -> Mapping:
    """Return the mapping of parsed tables. `[[file]]` sections share the keys at the top. Raises MappingError."""
    shared = {key: value for key, value in tables.items() if key != "file"}
    files = tables.get("file")
    if files is None:
        return Mapping((_section(shared, "the mapping"),))
    if not isinstance(files, list) or not files or not all(isinstance(table, dict) for table in files):
        raise MappingError("`file` has to be a list of tables, each headed [[file]]")
    return Mapping(tuple(_section({**shared, **table}, _where(table, index)) for index, table in enumerate(files)))


def _where(table: Dictionary[str, Any], index: int) -> str:
    return f"the section for {table['name']}" if "name" in table else f"section {index + 1}"


_KEYS = (
    "name", "kind", "source", "zone", "identities", "person", "organisation", "parent", "columns", "attributes", "properties",
    "constants", "multiple", "separator", "types", "times", "absent", "empty", "delimiter", "encoding",
)  # fmt: skip


def _section(table: Dictionary[str, Any], where: str) -> Section:
    for key in table:
        if key not in _KEYS:
            raise MappingError(f"{where} has an unknown key `{key}`{_nearest(key, _KEYS)}")
    kind = _one_of(table, "kind", tuple(FREE), where)
    constants, constant_attributes = _constants(kind, _table(table, "constants", where), where)
    section = Section(
        kind=cast(Kind, kind),
        name=_text(table, "name", "*", where),
        source=_text(table, "source", DEFAULT_SOURCE, where),
        zone=_zone(table, where),
        places=_places(kind, table, where),
        fields=_fields(kind, _table(table, "columns", where), where),
        attributes=_attributes(kind, table, where),
        constants=constants,
        constant_attributes=constant_attributes,
        multiple=frozenset(_texts(table, "multiple", where)),
        separator=_text(table, "separator", ";", where),
        types=_types(_table(table, "types", where), where),
        times=_table(table, "times", where),
        absent=frozenset(["", *_texts(table, "absent", where)]),
        empty_removes=_one_of({"empty": "absent", **table}, "empty", ("absent", "removes"), where) == "removes",
        delimiter=_delimiter(table, where),
        encoding=_encoding(table, where),
    )
    _check_needed(section, where)
    return section


def _check_needed(section: Section, where: str) -> None:
    for place in NEEDED[section.kind]:
        if place not in section.places and section.constants.get(place) is None:
            example = 'user_id = "user_id"' if place in ("identities", "person") else 'account = "organisation_id"'
            raise MappingError(
                f"{where}: a {section.kind} needs `{place}`",
                hint=f"Write {place} = {{ {example} }}: a column and its kind of identity.",
            )


def _places(kind: str, table: Dictionary[str, Any], where: str) -> dict[Place, tuple[tuple[str, str], ...]]:
    allowed = PLACES[kind]
    for place in ("identities", "person", "organisation", "parent"):
        if place in table and place not in allowed:
            raise MappingError(f"{where}: a {kind} has no `{place}`; it has {', '.join(allowed) or 'none of these'}")
    return {place: tuple(_table(table, place, where).items()) for place in allowed if table.get(place)}


def _fields(kind: str, columns: Dictionary[str, str], where: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for column, written in columns.items():
        name = field_of(kind, written)
        if name is None:
            known = tuple(_known_fields(kind))
            raise MappingError(
                f"{where}: column `{column}` is mapped to `{written}`, which is no field of a {kind}{_nearest(written, known)}",
                hint=f"Fields of a {kind}: {', '.join(known) or 'none'}. Anything else is an attribute: list it under `attributes`.",
            )
        found[column] = name
    return found


def _known_fields(kind: str) -> list[str]:
    return list(FIELDS[kind])


def _attributes(kind: str, table: Dictionary[str, Any], where: str) -> dict[str, str] | None:
    listed = table.get("properties" if kind == "event" and "properties" in table else "attributes", "others")
    if listed == "others":
        return None
    if isinstance(listed, list) and all(isinstance(column, str) for column in listed):
        return {column: column for column in listed}
    if isinstance(listed, dict) and all(isinstance(name, str) for name in listed.values()):
        return dict(listed)
    raise MappingError(f'{where}: `attributes` is "others", a list of columns, or a table of columns and names')


def _constants(kind: str, constants: Dictionary[str, Any], where: str) -> tuple[dict[str, Any], dict[str, Any]]:
    fields = {
        name: value
        for written, value in constants.items()
        if (name := field_of(kind, written) or _place(kind, written))
    }
    rest = {
        written: value for written, value in constants.items() if not (field_of(kind, written) or _place(kind, written))
    }
    if rest and FREE[kind] is None:
        raise MappingError(f"{where}: a {kind} has no attributes, so `{next(iter(rest))}` cannot be a constant of it")
    return fields, rest


def _place(kind: str, written: str) -> str | None:
    return written if written in PLACES[kind] else None


def _types(types: Dictionary[str, str], where: str) -> Dictionary[str, str]:
    for column, written in types.items():
        if written not in TYPES:
            raise MappingError(
                f"{where}: the type of `{column}` is `{written}`{_nearest(written, TYPES)}",
                hint=f"Types: {', '.join(TYPES)}.",
            )
    return types


def _zone(table: Dictionary[str, Any], where: str) -> tzinfo | None:
    name = _text(table, "zone", "", where)
    try:
        return ZoneInfo(name) if name else None
    except (ValueError, OSError, KeyError) as error:
        raise MappingError(
            f"{where}: no time zone is called `{name}`", hint="Names are like Europe/Amsterdam or UTC."
        ) from error


def _delimiter(table: Dictionary[str, Any], where: str) -> str | None:
    delimiter = _text(table, "delimiter", "", where)
    if len(delimiter) > 1:
        raise MappingError(f"{where}: `delimiter` is one character, such as ';' or '\\t'")
    return delimiter or None


def _encoding(table: Dictionary[str, Any], where: str) -> str:
    name = _text(table, "encoding", "utf-8", where)
    try:
        codec = codecs.lookup(name).name
    except LookupError as error:
        raise MappingError(f"{where}: no encoding is called `{name}`") from error
    if codec.startswith(("utf-16", "utf-32")):
        raise MappingError(
            f"{where}: {name} cannot be read line by line", hint="Leave `encoding` out, or save the file as UTF-8."
        )
    return codec


def _one_of(table: Dictionary[str, Any], key: str, allowed: tuple[str, ...], where: str) -> str:
    value = table.get(key)
    if value not in allowed:
        fault = f"has no `{key}`" if value is None else f"has `{key} = {value!r}`{_nearest(str(value), allowed)}"
        raise MappingError(f"{where} {fault}", hint=f"`{key}` is one of {', '.join(allowed)}.")
    return str(value)


def _text(table: Dictionary[str, Any], key: str, default: str, where: str) -> str:
    value = table.get(key, default)
    if not isinstance(value, str):
        raise MappingError(f"{where}: `{key}` has to be text")
    return value


def _texts(table: Dictionary[str, Any], key: str, where: str) -> list[str]:
    values = table.get(key, [])
    if not isinstance(values, list) or not all(isinstance(item, str) for item in values):
        raise MappingError(f"{where}: `{key}` has to be a list of texts")
    return values


def _table(table: Dictionary[str, Any], key: str, where: str) -> Dictionary[str, Any]:
    found = table.get(key, {})
    if not isinstance(found, dict) or (
        key != "constants" and not all(isinstance(value, str) for value in found.values())
    ):
        raise MappingError(f'{where}: `{key}` has to be a table such as {{ column = "…" }}')
    return found


def _nearest(word: str, known: tuple[str, ...]) -> str:
    close = get_close_matches(word, known, 1)
    return f"; did you mean `{close[0]}`?" if close else ""
