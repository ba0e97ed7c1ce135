"""The cursor of a file: the number of acknowledged entries, and a fingerprint of its content and its mapping."""

import hashlib
from dataclasses import fields
from pathlib import Path
from typing import Any

import msgspec
import orjson

from loaders.mapping import Section


class FilePlace(msgspec.Struct, frozen=True):
    """A place in a file. `fingerprint`: of its content and its mapping; `done`: the file was loaded to its end."""

    fingerprint: str
    entries: int
    done: bool = False

    def cursor(self) -> dict[str, Any]:
        """Return the place as a cursor."""
        return {"fingerprint": self.fingerprint, "entries": self.entries, "done": self.done}


def entries_to_skip(cursor: Any, fingerprint: str) -> int:
    """Return the number of entries that an interrupted load of the same file acknowledged. 0 for any other file or mapping."""
    try:
        place = msgspec.convert(cursor, FilePlace)
    except msgspec.ValidationError:
        return 0
    return 0 if place.done or place.fingerprint != fingerprint else max(0, place.entries)


def fingerprint_of(path: Path, section: Section) -> str:
    """Return a hash of a file's content and of the meaning of its columns. Raises OSError."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16))
    digest.update(orjson.dumps(_meaning(section), default=str, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS))
    return digest.hexdigest()


def _meaning(section: Section) -> dict[str, Any]:
    values = {each.name: getattr(section, each.name) for each in fields(section)}
    return {
        name: sorted(value) if isinstance(value, frozenset) else dict(value) if isinstance(value, dict) else value
        for name, value in values.items()
        if name != "name"
    }
