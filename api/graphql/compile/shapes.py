"""How the record of a connection becomes edges, cursors, page info and count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from api.graphql.compile import cursors
from api.graphql.compile.request import Binder, Request, Shaper
from api.graphql.compile.scope import COLUMN, Compilation, Field, Scope

KEYS = "0"
"""Where the record holds sort values and ids; no response key begins with a digit."""


@dataclass
class EdgeShape:
    """One selection of `edges`: the statement's variable for it, and the keys of its cursors."""

    key: str
    name: str
    part: Field
    cursors: list[str] = field(default_factory=list)
    shapers: list[tuple[str, Shaper]] = field(default_factory=list)

    def project(self, compilation: Compilation, scope: Scope, project: Callable[..., Any]) -> str:
        """The map of one edge."""
        assert self.part.type is not None
        columns = []
        for one in compilation.fields(self.part.type, self.part.nodes, self.part.path):
            if one.name == "node":
                node = project(compilation, scope, one.type, one.nodes, one.path)
                columns.append(COLUMN.format(one.key, node.cypher))
                if shaper := node.shape():
                    self.shapers.append((one.key, shaper))
            elif one.name == "__typename":
                columns.append(COLUMN.format(one.key, f"'{self.part.type.name}'"))
        return "{" + ", ".join(columns) + "}"

    def note_cursors(self, compilation: Compilation) -> None:
        """Find out under which keys cursors are wanted, before the statement is written."""
        assert self.part.type is not None
        fields = compilation.fields(self.part.type, self.part.nodes, self.part.path)
        self.cursors = [one.key for one in fields if one.name == "cursor"]

    def shape(self, rows: list[dict[str, Any]], keys: list[str], request: Request) -> None:
        """Put cursors in and shape nodes, in place."""
        for key in self.cursors:
            for row, cursor in zip(rows, keys, strict=True):
                row[key] = cursor
        for key, shaper in self.shapers:
            for row in rows:
                row[key] = shaper(row[key], request)


@dataclass
class PageShape:
    """One connection. Called with the record's map, which has the response's keys, it does in place what is left to do."""

    path: tuple[str, ...]
    size: Callable[[Request], int]
    backwards: bool
    mark: Callable[[Request], str]
    after: Binder | None
    before: Binder | None
    edges: list[EdgeShape] = field(default_factory=list)
    infos: list[tuple[str, list[tuple[str, str]]]] = field(default_factory=list)

    def select(self, compilation: Compilation, part: Field) -> None:
        """Take in a selection of `edges` or `pageInfo`."""
        assert part.type is not None
        if part.name == "edges":
            edge = EdgeShape(part.key, compilation.name("c"), part)
            edge.note_cursors(compilation)
            self.edges.append(edge)
        else:
            fields = compilation.fields(part.type, part.nodes, part.path)
            self.infos.append((part.key, [(one.key, one.name) for one in fields]))

    @property
    def needs_keys(self) -> bool:
        """Whether sort values and ids are needed beside the rows."""
        ends = any(name.endswith("Cursor") for _, fields in self.infos for _, name in fields)
        return ends or (self.looks_further and not self.edges) or any(edge.cursors for edge in self.edges)

    @property
    def looks_further(self) -> bool:
        """Whether one row more than the page is needed, to know if there is one."""
        return any(name.startswith("has") for _, fields in self.infos for _, name in fields)

    @property
    def nothing_left(self) -> bool:
        """Whether the record's map is the response's as it is; known once the edges are projected."""
        return not (self.infos or self.backwards or any(edge.cursors or edge.shapers for edge in self.edges))

    def __call__(self, value: dict[str, Any], request: Request) -> dict[str, Any]:
        """Shape one connection, in place."""
        keys = value.pop(KEYS, None)
        lists = [value[edge.key] for edge in self.edges]
        every = lists if keys is None else [*lists, keys]
        size = self.size(request)
        more = bool(every) and len(every[0]) > size
        for rows in every:
            del rows[size:]
            if self.backwards:
                rows.reverse()
        cursors = [] if keys is None else self._cursors(keys, request)
        for edge, rows in zip(self.edges, lists, strict=True):
            edge.shape(rows, cursors, request)
        for key, fields in self.infos:
            info = self._info(cursors, more=more)
            value[key] = {name: info[field_] for name, field_ in fields}
        return value

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
