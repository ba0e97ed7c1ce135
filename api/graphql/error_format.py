"""Format errors for responses: whoever wrote a message, what it quotes of the request is cut."""

from __future__ import annotations

import re
from typing import Any

from graphql import GraphQLError, GraphQLFormattedError

MOST_QUOTED = 80
MOST_CHARACTERS = 600
MOST_LOCATIONS = 20
_QUOTED = re.compile(r"(?<!\w)(['\"`])((?:(?!\1).){81,}?)(\1)(?!\w)", re.DOTALL)
_WORD = re.compile(r"\S{101,}")


def truncate(text: str, most: int = MOST_QUOTED) -> str:
    """Return the text, cut with an ellipsis after `most` characters."""
    return text if len(text) <= most else text[:most] + "…"


def shorten_quotations(message: str) -> str:
    """Return a message whose quotations and words are short, and which is short itself."""
    if len(message) <= MOST_QUOTED:
        return message
    start, end = message[: 10 * MOST_CHARACTERS], message[10 * MOST_CHARACTERS :][-MOST_CHARACTERS:]
    short = _QUOTED.sub(lambda found: f"{found[1]}{truncate(found[2])}{found[3]}", start)
    short = _WORD.sub(lambda found: truncate(found[0]), short)
    if not end and len(short) <= MOST_CHARACTERS:
        return short
    return f"{short[: MOST_CHARACTERS * 2 // 3]} … {(short + end)[-MOST_CHARACTERS // 4 :]}"


def format_error(error: GraphQLError) -> GraphQLFormattedError:
    """Return an error as the response has it."""
    formatted = error.formatted
    formatted["message"] = shorten_quotations(formatted["message"])
    if "locations" in formatted:
        formatted["locations"] = formatted["locations"][:MOST_LOCATIONS]
    if "path" in formatted:
        formatted["path"] = [truncate(part) if isinstance(part, str) else part for part in formatted["path"]]
    if "extensions" in formatted:
        formatted["extensions"] = {name: _truncate_all(value) for name, value in formatted["extensions"].items()}
    return formatted


def _truncate_all(value: Any) -> Any:
    if isinstance(value, str):
        return truncate(value)
    return [_truncate_all(one) for one in value] if isinstance(value, list) else value
