"""The parameters of a compiled statement, and unique names for its variables."""

from __future__ import annotations

from typing import Any, Protocol

__all__ = ["ParameterBag", "StatementParameters"]


class StatementParameters(Protocol):
    """Gathers the parameters of one statement, as the compilers need it."""

    def add(self, value: Any) -> str:
        """Return the parameter that holds this value, as the statement writes it."""
        ...

    def variable(self, stem: str) -> str:
        """Return a new variable's name, which nothing else in the statement has."""
        ...


class ParameterBag:
    """Gathers the parameters of one statement. Share one among everything that is compiled into the statement.

    `values` are the parameters, without `now`. Equal values become one parameter, so equal criteria give equal text.
    """

    def __init__(self, prefix: str = "c") -> None:
        self.prefix = prefix
        self.values: dict[str, Any] = {}
        self._known: dict[tuple[type, str], str] = {}
        self._variables = 0

    def add(self, value: Any) -> str:
        """Return the parameter that holds this value, as the statement writes it: `$c0`."""
        key = (type(value), repr(value))
        if key not in self._known:
            self._known[key] = f"{self.prefix}{len(self.values)}"
            self.values[self._known[key]] = value
        return "$" + self._known[key]

    def variable(self, stem: str) -> str:
        """Return a new variable's name, which nothing else in the statement has."""
        self._variables += 1
        return f"{self.prefix}_{stem}{self._variables}"
