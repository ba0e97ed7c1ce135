"""Splits rows into batches that one transaction can write (F10)."""

from collections.abc import Sequence

import orjson

from graph.facts import Row
from graph.writer.settings import WriterSettings


def split_rows(rows: Sequence[Row], settings: WriterSettings) -> list[Sequence[Row]]:
    """Return rows in batches of at most `batch` rows and about `batch_bytes` bytes (F10)."""
    batches: list[Sequence[Row]] = []
    for start in range(0, len(rows), settings.batch):
        batches += _by_size(rows[start : start + settings.batch], settings.batch_bytes)
    return batches


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
