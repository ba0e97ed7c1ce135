"""Precedence: an attribute takes the value of the strongest source, then the newest, then the one with the greater hash (F4)."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import orjson

HAND = "hand"
"""The source of values set by people. It outranks every other source (F4)."""
PUBLIC = "public:"
"""The prefix of the sources of public tracking keys. They never outrank a server's fact (V2)."""
_UNNAMED = 1_000_000
_PUBLIC_RANK = 2_000_000


class SourceValue(NamedTuple):
    """A source's last value of one attribute: the time (epoch milliseconds), the raw value (None removes it), the source."""

    at: int
    value: Any
    source: str


def digest(value: Any) -> str:
    """Return a short stable hash of a JSON value. It decides between equally new values (F4)."""
    text = orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)
    return hashlib.blake2b(text, digest_size=8).hexdigest()


def is_public(source: str) -> bool:
    """Return whether a source belongs to a public tracking key (V2)."""
    return source.startswith(PUBLIC)


def rank(source: str, sources: Sequence[str]) -> int:
    """Return the rank of a source, smaller is stronger: by hand, then as ordered, then all others alike, public keys last."""
    if source == HAND:
        return -1
    if source in sources:
        return sources.index(source)
    return _PUBLIC_RANK if is_public(source) else _UNNAMED


def newer(one: tuple[int, Any], other: tuple[int, Any]) -> bool:
    """Return whether `one` (time, value) replaces `other` of the same source: newer, or as new with the greater hash."""
    if one[0] != other[0]:
        return bool(one[0] > other[0])
    return digest(one[1]) > digest(other[1])


def winner(values: Iterable[SourceValue], sources: Sequence[str]) -> SourceValue | None:
    """Return the strongest value; None where no source has one. A null removes only its own source's value."""
    best: SourceValue | None = None
    for each in values:
        if each.value is not None and (best is None or _beats(each, best, sources)):
            best = each
    return best


def _beats(one: SourceValue, other: SourceValue, sources: Sequence[str]) -> bool:
    rank_of_one, rank_of_other = rank(one.source, sources), rank(other.source, sources)
    if rank_of_one != rank_of_other:
        return rank_of_one < rank_of_other
    if one.at != other.at:
        return one.at > other.at
    hash_of_one, hash_of_other = digest(one.value), digest(other.value)
    return (hash_of_one, one.source) > (hash_of_other, other.source)


def winners(
    records: Sequence[tuple[str, Mapping[str, Sequence[Any]]]], orders: Mapping[str, Sequence[str]]
) -> dict[str, SourceValue]:
    """Return the winning value of every attribute over records (source, {name: [at, value, …]}).

    `orders` holds each attribute's sources. Of several records of one source the newest value counts, also if it is
    null.
    """
    if len(records) == 1:
        source, attributes = records[0]
        return {
            name: SourceValue(entry[0], entry[1], source) for name, entry in attributes.items() if entry[1] is not None
        }
    newest: dict[str, dict[str, SourceValue]] = {}
    for source, attributes in records:
        for name, entry in attributes.items():
            by_source = newest.setdefault(name, {})
            known = by_source.get(source)
            if known is None or newer((entry[0], entry[1]), (known.at, known.value)):
                by_source[source] = SourceValue(entry[0], entry[1], source)
    found = {name: winner(each.values(), orders.get(name, ())) for name, each in newest.items()}
    return {name: best for name, best in found.items() if best is not None}
