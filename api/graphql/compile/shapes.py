"""How the record of a connection becomes edges, cursors, page info and count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from api.graphql.compile import cursors
from api.graphql.compile.request import Binder, Request, Shaper
from api.graphql.compile.scope import COLUMN, Compilation, Field, Scope


@dataclass
class EdgeShape:
    """One selection of `edges`: the node as the statement returns it, and the keys of its cursors."""

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

    def shape(self, rows: list[dict[str, Any]], keys: list[str], request: Request) -> list[dict[str, Any]]:
        """Put cursors in and shape nodes, in place."""
        for key in self.cursors:
            for row, cursor in zip(rows, keys, strict=True):
                row[key] = cursor
        for key, shaper in self.shapers:
            for row in rows:
                row[key] = shaper(row[key], request)
        return rows


@dataclass
class PageShape:
    """One connection. Called with the record's map it returns the response's."""

    path: tuple[str, ...]
    size: Callable[[Request], int]
    backwards: bool
    mark: Callable[[Request], str]
    after: Binder | None
    before: Binder | None
    edges: list[EdgeShape] = field(default_factory=list)
    infos: list[tuple[str, list[tuple[str, str]]]] = field(default_factory=list)
    totals: list[str] = field(default_factory=list)
    constants: dict[str, str] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)

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
        return ends or not self.edges or any(edge.cursors for edge in self.edges)

    def name_keys(self, compilation: Compilation) -> str:
        """The variable of the sort values and ids."""
        self.keys.append(compilation.name("k"))
        return self.keys[0]

    def __call__(self, value: dict[str, Any], request: Request) -> dict[str, Any]:
        """Shape one connection."""
        found: dict[str, Any] = dict(self.constants)
        for key in self.totals:
            found[key] = value["t"]
        if self.edges or self.infos:
            self._listed(value, found, request)
        return found

    def _listed(self, value: dict[str, Any], found: dict[str, Any], request: Request) -> None:
        size = self.size(request)
        lists = [value[name] for name in (*(edge.name for edge in self.edges), *self.keys)]
        more = len(lists[0]) > size
        for rows in lists:
            del rows[size:]
            if self.backwards:
                rows.reverse()
        keys = self._cursors(lists[-1], request) if self.keys else []
        for edge, rows in zip(self.edges, lists, strict=False):
            found[edge.key] = edge.shape(rows, keys, request)
        for key, fields in self.infos:
            info = self._info(keys, more=more)
            found[key] = {name: info[field_] for name, field_ in fields}

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
