"""A statement and its parameters as the driver gets them: lists say little of themselves, and on Neo4j they travel in one map.

Neo4j keeps a plan for each combination of the types of a statement's parameters, and of a list its order of magnitude is part of the
type. A statement of ten lists would so be planned again, for up to a second, whenever one of them is of another magnitude
than ever before beside the others. What a map holds is no part of its type.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

MAP = "lists"
"""The parameter that holds all others that are lists."""
_TOKEN = re.compile(r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`[^`]*`|//[^\n]*|/\*.*?\*/|\$(\w+)""", re.DOTALL)
Sent = tuple[str, dict[str, Any]]
Sending = Callable[[str, Mapping[str, Any]], Sent]


class _Unspelt(list[Any]):
    """A list that says little of itself: the driver spells parameters out for its log, whether or not there is one, and long ones cost it as much as sending them."""

    def __repr__(self) -> str:
        """Its size alone."""
        return f"[{len(self)} values]"


def as_it_is(text: str, parameters: Mapping[str, Any]) -> Sent:
    """A statement with its parameters as they are named."""
    return text, {
        name: _Unspelt(value) if isinstance(value, list | tuple) else value for name, value in parameters.items()
    }


def with_lists_in_a_map(text: str, parameters: Mapping[str, Any]) -> Sent:
    """A statement that reads each of its lists, `$rows`, from one map, `$lists.rows`."""
    lists = {name: _Unspelt(value) for name, value in parameters.items() if isinstance(value, list | tuple)}
    if not lists:
        return text, dict(parameters)
    others = {name: value for name, value in parameters.items() if name not in lists}
    return _from_map(text, frozenset(lists)), {**others, MAP: lists}


@lru_cache(maxsize=1024)
def _from_map(text: str, lists: frozenset[str]) -> str:
    def replaced(token: re.Match[str]) -> str:
        return f"${MAP}.{token[1]}" if token[1] in lists else token[0]

    return _TOKEN.sub(replaced, text)
