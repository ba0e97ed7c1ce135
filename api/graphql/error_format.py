"""Errors as they leave: what they quote of a request is cut, whoever made the message."""

from __future__ import annotations

import re
from typing import Any

from graphql import GraphQLError, GraphQLFormattedError

MOST_QUOTED = 80
MOST_WORDS = 600
MOST_LOCATIONS = 20
_QUOTED = re.compile(r"(?<!\w)(['\"`])((?:(?!\1).){81,}?)(\1)(?!\w)", re.DOTALL)
_WORD = re.compile(r"\S{101,}")


def cut(text: str, most: int = MOST_QUOTED) -> str:
    """The text, cut short with an ellipsis where it has more than `most` characters."""
    return text if len(text) <= most else text[:most] + "…"


def worded(message: str) -> str:
    """A message in which no quotation and no word is long, and which is not long itself."""
    if len(message) <= MOST_QUOTED:
        return message
    start, end = message[: 10 * MOST_WORDS], message[10 * MOST_WORDS :][-MOST_WORDS:]
    short = _QUOTED.sub(lambda found: f"{found[1]}{cut(found[2])}{found[3]}", start)
    short = _WORD.sub(lambda found: cut(found[0]), short)
    if not end and len(short) <= MOST_WORDS:
        return short
    return f"{short[: MOST_WORDS * 2 // 3]} … {(short + end)[-MOST_WORDS // 4 :]}"


def formatted(error: GraphQLError) -> GraphQLFormattedError:
    """An error as the response has it."""
    found = error.formatted
    found["message"] = worded(found["message"])
    if "locations" in found:
        found["locations"] = found["locations"][:MOST_LOCATIONS]
    if "path" in found:
        found["path"] = [cut(part) if isinstance(part, str) else part for part in found["path"]]
    if "extensions" in found:
        found["extensions"] = {name: _cut_inside(value) for name, value in found["extensions"].items()}
    return found


def _cut_inside(value: Any) -> Any:
    if isinstance(value, str):
        return cut(value)
    return [_cut_inside(one) for one in value] if isinstance(value, list) else value
