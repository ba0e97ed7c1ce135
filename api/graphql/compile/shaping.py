"""Lists become maps: the statement returns values by place, and Python names them.

Names for every row would be a third of what is sent and half of the work to read it. The expression for one kind of row is compiled once with
its plan; what stands in it are response keys and type names, which GraphQL's grammar confines to letters, digits and underscores.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from api.graphql.compile.request import Shaper

Names = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """One key of a map: what the statement returns for it, and what is left to do with that. Without `cypher` it is the `constant`."""

    key: str
    cypher: str | None
    shape: Shaper | None = None
    constant: str | None = None


@dataclass(frozen=True, slots=True)
class Projection:
    """A list to be returned, and the map that it becomes."""

    parts: Sequence[Part] = field(default_factory=list)

    @property
    def cypher(self) -> str:
        """The list, an item for each part that is no constant."""
        return "[" + ", ".join(part.cypher for part in self.parts if part.cypher is not None) + "]"

    def shape(self) -> Shaper:
        """What makes the map of such a list."""
        names: Names = {}
        return compiled(self.expression("value[{}]", names), names)

    @property
    def width(self) -> int:
        """How many items the list has."""
        return sum(part.cypher is not None for part in self.parts)

    def expression(self, place: str, names: Names) -> str:
        """The map as Python writes it, the items being at `place`, such as `value[{}]`; what it calls is put among `names`."""
        found, at = [], 0
        for part in self.parts:
            if part.cypher is None:
                item = repr(part.constant)
            else:
                item, at = place.format(at), at + 1
            found.append(f"{part.key!r}: {item if part.shape is None else called(part.shape, item, names)}")
        return literal(found)


def literal(items: Iterable[str]) -> str:
    """The map of such items, as Python writes it."""
    return "{" + ", ".join(items) + "}"


def called(shape: Shaper, item: str, names: Names) -> str:
    """A shaper called with an item."""
    name = f"shape_{len(names)}"
    names[name] = shape
    return f"{name}({item}, request)"


def compiled(expression: str, names: Names, *more: str) -> Callable[..., Any]:
    """A shaper that answers an expression of `value`, `request` and what `more` it is given."""
    arguments = ", ".join(("value", "request", *more))
    return cast("Callable[..., Any]", eval(f"lambda {arguments}: {expression}", names))  # noqa: S307 - see above


def each(shape: Shaper) -> Shaper:
    """Shape every item of a list."""
    return lambda values, request: [shape(value, request) for value in values]
