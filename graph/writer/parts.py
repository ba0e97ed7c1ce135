"""Rows in parts that one transaction can take (F10)."""

from collections.abc import Sequence

import orjson

from graph.facts import Row
from graph.writer.settings import WriterSettings


def parts(rows: Sequence[Row], settings: WriterSettings) -> list[Sequence[Row]]:
    """Rows in batches of bounded number and size (F10)."""
    parts: list[Sequence[Row]] = []
    for start in range(0, len(rows), settings.batch):
        parts += _by_size(rows[start : start + settings.batch], settings.batch_bytes)
    return parts


def _by_size(rows: Sequence[Row], most: int) -> list[Sequence[Row]]:
    if len(rows) < 2 or _bytes(rows) <= most:
        return [rows]
    half = len(rows) // 2
    return _by_size(rows[:half], most) + _by_size(rows[half:], most)


def _bytes(rows: Sequence[Row]) -> int:
    try:
        return len(orjson.dumps(rows, option=orjson.OPT_NON_STR_KEYS, default=repr))
    except (TypeError, ValueError):
        return sum(_length(row) for row in rows)


def _length(row: Row) -> int:
    try:
        return len(repr(row))
    except RecursionError:
        return 0
