"""How the record of a connection becomes edges, cursors, page info and count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from api.graphql.compile import cursors
from api.graphql.compile.request import Binder, Request, Shaper
from api.graphql.compile.scope import Compilation, Field, Scope
from api.graphql.compile.shaping import Names, Projection, compiled, literal


@dataclass
class EdgeShape:
    """One selection of `edges`: the statement's variable for it, and what is selected of an edge."""

    name: str
    fields: list[Field]
    long: bool
    nodes: dict[str, Projection] = field(default_factory=dict)

    @property
    def has_cursors(self) -> bool:
        """Whether the cursor of each edge is wanted."""
        return any(one.name == "cursor" for one in self.fields)

    def project(self, compilation: Compilation, scope: Scope, project: Callable[..., Projection]) -> str:
        """One edge as the statement returns it: its node, or a list where that is selected not just once."""
        self.nodes = {
            one.key: project(compilation, scope, one.type, one.nodes, one.path)
            for one in self.fields
            if one.name == "node"
        }
        nodes = [node.cypher for node in self.nodes.values()]
        return nodes[0] if len(nodes) == 1 else f"[{', '.join(nodes)}]"

    @property
    def width(self) -> int:
        """In how many columns the rows of a long page come: a list for every row costs as much again as what is in it. 0 where they come as rows."""
        return next(iter(self.nodes.values())).width if self.long and len(self.nodes) == 1 else 0

    def returned(self) -> str:
        """The rows, or all their columns."""
        columns = ", ".join(f"[row IN {self.name} | row[{at}]]" for at in range(self.width))
        return f"[{columns}]" if columns else self.name

    def expression(self, rows: str, names: Names) -> str:
        """The list of edges from what was returned; `cursors` are by their side."""
        items, at = [], 0
        for one in self.fields:
            if one.name == "node":
                place = "column_{}" if self.width else "row[{}]" if len(self.nodes) == 1 else f"row[{at}][{{}}]"
                at += 1
                items.append(f"{one.key!r}: {self.nodes[one.key].expression(place, names)}")
            else:
                items.append(f"{one.key!r}: {'cursor' if one.name == 'cursor' else repr(one.parent)}")
        each = [f"column_{at}" for at in range(self.width)] or ["row"]
        lists = [f"*{rows}" if self.width else rows]
        if self.has_cursors:
            each.append("cursor")
            lists.append("cursors")
        edge = literal(items)
        if len(each) == 1 and not self.width:
            return f"[{edge} for row in {rows}]"
        return f"[{edge} for {', '.join(each)}, in zip({', '.join(lists)})]"


@dataclass
class PageShape:
    """One connection: what is selected of it, in the document's order, and where the record has each part."""

    size: Callable[[Request], int]
    backwards: bool
    mark: Callable[[Request], str]
    after: Binder | None
    before: Binder | None
    long: bool
    """Whether it may be long and is read but once."""
    parts: list[Field] = field(default_factory=list)
    edges: dict[str, EdgeShape] = field(default_factory=dict)
    infos: dict[str, list[Field]] = field(default_factory=dict)

    def select(self, compilation: Compilation, part: Field) -> None:
        """Take in one part."""
        self.parts.append(part)
        if part.type is None:
            return
        fields = compilation.fields(part.type, part.nodes, part.path)
        if part.name == "edges":
            self.edges[part.key] = EdgeShape(compilation.name("c"), fields, self.long)
        else:
            self.infos[part.key] = fields

    @property
    def counts(self) -> bool:
        """Whether the number of all rows is wanted."""
        return any(part.name == "totalCount" for part in self.parts)

    @property
    def needs_keys(self) -> bool:
        """Whether sort values and ids are needed beside the rows."""
        ends = any(one.name.endswith("Cursor") for fields in self.infos.values() for one in fields)
        return ends or (self.looks_further and not self.edges) or any(one.has_cursors for one in self.edges.values())

    @property
    def looks_further(self) -> bool:
        """Whether one row more than the page is needed, to know if there is one."""
        return any(one.name.startswith("has") for fields in self.infos.values() for one in fields)

    def shaper(self) -> Shaper:
        """What makes the connection of the record's list: edges, keys if they are needed, the count if it is wanted."""
        names: Names = {}
        expression = self._expression(names)
        if not (self.needs_keys or self.looks_further or self.backwards or self.infos):
            return compiled(expression, names)
        made = compiled(expression, names, "cursors", "info")
        in_columns = [edge.width > 0 for edge in self.edges.values()]
        has_keys = self.needs_keys

        def shape(value: list[Any], request: Request) -> Any:
            size = self.size(request)
            keys = value[len(in_columns)] if has_keys else []
            lists = [one for wide, rows in zip(in_columns, value, strict=False) for one in (rows if wide else [rows])]
            lists.append(keys)
            more = any(len(one) > size for one in lists)
            for one in lists:
                del one[size:]
                if self.backwards:
                    one.reverse()
            written = self._cursors(keys, request) if has_keys else []
            return made(value, request, written, self._info(written, more=more))

        return shape

    def _expression(self, names: Names) -> str:
        items, places = [], {key: f"value[{at}]" for at, key in enumerate(self.edges)}
        for part in self.parts:
            if part.name == "totalCount":
                text = f"value[{len(self.edges) + self.needs_keys}]"
            elif part.key in self.edges:
                text = self.edges[part.key].expression(places[part.key], names)
            elif part.key in self.infos:
                text = literal(f"{one.key!r}: info[{one.name!r}]" for one in self.infos[part.key])
            else:
                text = repr(part.parent)
            items.append(f"{part.key!r}: {text}")
        return literal(items)

    def _cursors(self, places: list[list[Any]], request: Request) -> list[str]:
        mark = self.mark(request)
        return [cursors.written(mark, place) for place in places]

    def _info(self, keys: list[str], *, more: bool) -> dict[str, Any]:
        forwards, backwards = (self.before is not None, more) if self.backwards else (more, self.after is not None)
        return {
            "__typename": "PageInfo",
            "hasNextPage": forwards,
            "hasPreviousPage": backwards,
            "startCursor": keys[0] if keys else None,
            "endCursor": keys[-1] if keys else None,
        }
