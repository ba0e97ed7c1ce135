"""Turn the record of a connection into edges, cursors, page info and count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from api.graphql.compile import cursors
from api.graphql.compile.projection import Names, Projection, compile_shaper, dict_literal
from api.graphql.compile.request import Binder, Request, Shaper
from api.graphql.compile.scope import Compilation, Field, Scope


@dataclass
class EdgeShape:
    """One selection of `edges`: its variable in the statement, and the fields selected of an edge."""

    name: str
    fields: list[Field]
    by_column: bool
    nodes: dict[str, Projection] = field(default_factory=dict)

    @property
    def has_cursors(self) -> bool:
        """Return whether the cursor of each edge is selected."""
        return any(one.name == "cursor" for one in self.fields)

    def project(self, compilation: Compilation, scope: Scope, project: Callable[..., Projection]) -> str:
        """Return one edge in Cypher: its node, or a list if `node` is selected several times or not at all."""
        self.nodes = {
            one.key: project(compilation, scope, one.type, one.nodes, one.path)
            for one in self.fields
            if one.name == "node"
        }
        nodes = [node.cypher for node in self.nodes.values()]
        return nodes[0] if len(nodes) == 1 else f"[{', '.join(nodes)}]"

    @property
    def width(self) -> int:
        """Return the number of columns in which the rows come, or 0 if they come as rows.

        Long pages come by column: a list for every row costs as much again as its values.
        """
        return next(iter(self.nodes.values())).width if self.by_column and len(self.nodes) == 1 else 0

    def column(self) -> str:
        """Return the Cypher expression of all edges, by row or by column."""
        columns = ", ".join(f"[row IN {self.name} | row[{at}]]" for at in range(self.width))
        return f"[{columns}]" if columns else self.name

    def expression(self, rows: str, names: Names) -> str:
        """Return the list of edges as a Python expression over `rows`; their cursors are in `cursors`."""
        items, at = [], 0
        for one in self.fields:
            if one.name == "node":
                place = "column_{}" if self.width else "row[{}]" if len(self.nodes) == 1 else f"row[{at}][{{}}]"
                at += 1
                items.append(f"{one.key!r}: {self.nodes[one.key].expression(place, names)}")
            else:
                items.append(f"{one.key!r}: {'cursor' if one.name == 'cursor' else repr(one.parent)}")
        variables = [f"column_{at}" for at in range(self.width)] or ["row"]
        lists = [f"*{rows}" if self.width else rows]
        if self.has_cursors:
            variables.append("cursor")
            lists.append("cursors")
        edge = dict_literal(items)
        if len(variables) == 1 and not self.width:
            return f"[{edge} for row in {rows}]"
        return f"[{edge} for {', '.join(variables)}, in zip({', '.join(lists)})]"


@dataclass
class PageShape:
    """The fields selected of one connection, in the document's order, and their positions in the record."""

    size: Callable[[Request], int]
    backwards: bool
    mark: Callable[[Request], str]
    after: Binder | None
    before: Binder | None
    by_column: bool
    """True if the page may be long and is read once: its rows come by column."""
    parts: list[Field] = field(default_factory=list)
    edges: dict[str, EdgeShape] = field(default_factory=dict)
    infos: dict[str, list[Field]] = field(default_factory=dict)

    def select(self, compilation: Compilation, part: Field) -> None:
        """Add one selected field of the connection."""
        self.parts.append(part)
        if part.type is None:
            return
        fields = compilation.fields(part.type, part.nodes, part.path)
        if part.name == "edges":
            self.edges[part.key] = EdgeShape(compilation.name("c"), fields, self.by_column)
        else:
            self.infos[part.key] = fields

    @property
    def counts(self) -> bool:
        """Return whether `totalCount` is selected."""
        return any(part.name == "totalCount" for part in self.parts)

    @property
    def needs_keys(self) -> bool:
        """Return whether sort values and ids are needed beside the rows."""
        ends = any(one.name.endswith("Cursor") for fields in self.infos.values() for one in fields)
        return ends or (self.needs_next_row and not self.edges) or any(one.has_cursors for one in self.edges.values())

    @property
    def needs_next_row(self) -> bool:
        """Return whether one row beyond the page is needed, to know if there is one."""
        return any(one.name.startswith("has") for fields in self.infos.values() for one in fields)

    def shaper(self) -> Shaper:
        """Return the function from the record's list to the connection.

        The list holds the edges of each selection, then the keys if they are needed, then the count if it is selected.
        """
        names: Names = {}
        expression = self._expression(names)
        if not (self.needs_keys or self.needs_next_row or self.backwards or self.infos):
            return compile_shaper(expression, names)
        shaped = compile_shaper(expression, names, "cursors", "info")
        in_columns = [edge.width > 0 for edge in self.edges.values()]
        has_keys = self.needs_keys

        def shape(value: list[Any], request: Request) -> Any:
            size = self.size(request)
            keys = value[len(in_columns)] if has_keys else []
            lists = [one for wide, rows in zip(in_columns, value, strict=False) for one in (rows if wide else [rows])]
            lists.append(keys)
            has_more = any(len(one) > size for one in lists)
            for one in lists:
                del one[size:]
                if self.backwards:
                    one.reverse()
            encoded = self._cursors(keys, request) if has_keys else []
            return shaped(value, request, encoded, self._info(encoded, has_more=has_more))

        return shape

    def _expression(self, names: Names) -> str:
        items, places = [], {key: f"value[{at}]" for at, key in enumerate(self.edges)}
        for part in self.parts:
            if part.name == "totalCount":
                text = f"value[{len(self.edges) + self.needs_keys}]"
            elif part.key in self.edges:
                text = self.edges[part.key].expression(places[part.key], names)
            elif part.key in self.infos:
                text = dict_literal(f"{one.key!r}: info[{one.name!r}]" for one in self.infos[part.key])
            else:
                text = repr(part.parent)
            items.append(f"{part.key!r}: {text}")
        return dict_literal(items)

    def _cursors(self, places: list[list[Any]], request: Request) -> list[str]:
        mark = self.mark(request)
        return [cursors.encode(mark, place) for place in places]

    def _info(self, encoded: list[str], *, has_more: bool) -> dict[str, Any]:
        has_next, has_previous = (
            (self.before is not None, has_more) if self.backwards else (has_more, self.after is not None)
        )
        return {
            "__typename": "PageInfo",
            "hasNextPage": has_next,
            "hasPreviousPage": has_previous,
            "startCursor": encoded[0] if encoded else None,
            "endCursor": encoded[-1] if encoded else None,
        }
