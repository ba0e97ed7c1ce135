"""A statement and its parameters in the form in which an engine receives them.

Neo4j plans a statement again for each new combination of parameter types, which takes up to a second. The type of a list
includes the order of magnitude of its length. So a statement with ten lists would be planned again and again.
The content of a map is no part of its type: on Neo4j all lists of a statement therefore travel in one map.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

MAP = "lists"
"""The parameter that holds all others that are lists."""
_TOKEN = re.compile(r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`[^`]*`|//[^\n]*|/\*.*?\*/|\$(\w+)""", re.DOTALL)
Prepared = tuple[str, dict[str, Any]]
"""A statement and its parameters, ready to be sent."""
Preparation = Callable[[str, Mapping[str, Any]], Prepared]


class _ShortRepr(list[Any]):
    """A list with a short `repr`.

    The driver formats all parameters for its log, even without a log. For long lists that costs as much as sending them.
    """

    def __repr__(self) -> str:
        """Return the number of values."""
        return f"[{len(self)} values]"


def pass_unchanged(text: str, parameters: Mapping[str, Any]) -> Prepared:
    """Return a statement with its parameters under their own names."""
    return text, {
        name: _ShortRepr(value) if isinstance(value, list | tuple) else value for name, value in parameters.items()
    }


def gather_lists(text: str, parameters: Mapping[str, Any]) -> Prepared:
    """Return a statement that reads each of its lists from one map: `$lists.rows` instead of `$rows`."""
    lists = {name: _ShortRepr(value) for name, value in parameters.items() if isinstance(value, list | tuple)}
    if not lists:
        return text, dict(parameters)
    others = {name: value for name, value in parameters.items() if name not in lists}
    return _from_map(text, frozenset(lists)), {**others, MAP: lists}


@lru_cache(maxsize=1024)
def _from_map(text: str, lists: frozenset[str]) -> str:
    def replacement(token: re.Match[str]) -> str:
        return f"${MAP}.{token[1]}" if token[1] in lists else token[0]

    return _TOKEN.sub(replacement, text)
