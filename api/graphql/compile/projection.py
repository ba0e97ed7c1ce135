"""Turn lists into maps: the statement returns values by position, and Python names them.

Names in every row would be a third of what the engine sends, and half of the work to read it.
A plan therefore compiles one Python expression for each kind of row. The expression holds response keys and type
names, which GraphQL's grammar confines to letters, digits and underscores.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from api.graphql.compile.request import Shaper

Names = dict[str, Any]
"""The global names of a compiled expression."""


@dataclass(frozen=True, slots=True)
class ProjectedField:
    """One key of a map, with the Cypher of its value and the shaper of that. Without Cypher it is the constant."""

    key: str
    cypher: str | None
    shape: Shaper | None = None
    constant: str | None = None


@dataclass(frozen=True, slots=True)
class Projection:
    """A list in the statement, and the map in the response that it becomes."""

    fields: Sequence[ProjectedField] = field(default_factory=list)

    @property
    def cypher(self) -> str:
        """Return the list in Cypher, with one item for each field that is not constant."""
        return "[" + ", ".join(one.cypher for one in self.fields if one.cypher is not None) + "]"

    def shaper(self) -> Shaper:
        """Return the function from such a list to its map."""
        names: Names = {}
        return compile_shaper(self.expression("value[{}]", names), names)

    @property
    def width(self) -> int:
        """Return the number of items in the list."""
        return sum(one.cypher is not None for one in self.fields)

    def expression(self, place: str, names: Names) -> str:
        """Return the map as a Python expression; `place` is the form of an item, such as `value[{}]`.

        Shapers that the expression calls are added to `names`.
        """
        items, at = [], 0
        for one in self.fields:
            if one.cypher is None:
                item = repr(one.constant)
            else:
                item, at = place.format(at), at + 1
            items.append(f"{one.key!r}: {item if one.shape is None else _call(one.shape, item, names)}")
        return dict_literal(items)


def dict_literal(items: Iterable[str]) -> str:
    """Return a Python dictionary of these items as an expression."""
    return "{" + ", ".join(items) + "}"


def _call(shape: Shaper, item: str, names: Names) -> str:
    name = f"shape_{len(names)}"
    names[name] = shape
    return f"{name}({item}, request)"


def compile_shaper(expression: str, names: Names, *more: str) -> Callable[..., Any]:
    """Return a function of `value`, `request` and the arguments in `more` that evaluates an expression."""
    arguments = ", ".join(("value", "request", *more))
    return cast("Callable[..., Any]", eval(f"lambda {arguments}: {expression}", names))  # noqa: S307 - see above


def shape_each(shape: Shaper) -> Shaper:
    """Return a shaper for a list of what `shape` shapes."""
    return lambda values, request: [shape(value, request) for value in values]
