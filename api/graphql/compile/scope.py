"""The state that all parts of the compiler share: parameters, the place in the statement, and the current field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import FieldNode, GraphQLError, GraphQLObjectType, GraphQLSchema, get_named_type

from api.graphql.compile.arguments import Arguments
from api.graphql.compile.dependencies import ObservedRequest
from api.graphql.compile.errors import request_error
from api.graphql.compile.plan import Chain, ResolvedField
from api.graphql.compile.request import Binder
from api.graphql.compile.selection import Selector
from api.graphql.storage import KEY, Storage
from graph.criteria import ParameterBag
from graph.rollups import Traversals

COLUMN = "`{}`: {}"


class Parameters(ParameterBag):
    """The statement's parameters: `add` for fixed values, `bind` for those that each request gives."""

    def __init__(self) -> None:
        """Start with `$now`, which every statement may use."""
        super().__init__()
        self.binders: dict[str, Binder] = {"now": lambda request: request.now}

    def bind(self, binder: Binder) -> str:
        """Return a new parameter, with its `$`, whose value `binder` takes from each request."""
        name = f"p{len(self.binders)}"
        self.binders[name] = binder
        return f"${name}"


@dataclass
class Scope:
    """One place in the statement: the current node, and the subqueries before its RETURN.

    `variables` are the nodes and values bound on the way here, by the name of the relation.
    """

    alias: str
    chain: Chain = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    traversals: Traversals = field(default_factory=Traversals)

    @property
    def calls(self) -> list[str]:
        """Return the subqueries before the RETURN."""
        return self.traversals.calls


@dataclass(frozen=True, slots=True)
class Field:
    """One selected field: its response key, path, type and arguments."""

    key: str
    name: str
    parent: str
    path: tuple[str, ...]
    nodes: list[FieldNode]
    type: GraphQLObjectType | None
    arguments: Arguments
    storage: Storage | None

    def error(self, code: str, message: str, **more: Any) -> GraphQLError:
        """Return an error at this field."""
        return request_error(code, message, path=self.path, nodes=self.nodes[:1], **more)

    @property
    def coordinate(self) -> str:
        """Return the field's place in the schema, such as `Query.people`."""
        return f"{self.parent}.{self.name}"


@dataclass
class Compilation:
    """The state of compiling one operation."""

    schema: GraphQLSchema
    selector: Selector
    parameters: Parameters = field(default_factory=Parameters)
    costs: list[tuple[Chain, int]] = field(default_factory=list)
    resolved: list[ResolvedField] = field(default_factory=list)
    checks: list[Binder] = field(default_factory=list)
    _names: int = 0

    @property
    def request(self) -> ObservedRequest:
        """Return the request; every read of it is noted."""
        return self.selector.request

    def name(self, kind: str = "n") -> str:
        """Return a new Cypher variable."""
        self._names += 1
        return f"{kind}{self._names}"

    def cost(self, chain: Chain, weight: int = 1) -> None:
        """Add the cost of reading `weight` rows as often as `chain` says."""
        self.costs.append((chain, weight))

    def fields(self, type_: GraphQLObjectType, nodes: list[FieldNode], path: tuple[str, ...]) -> list[Field]:
        """Return the fields selected under `nodes` on an object of a type."""
        interfaces = [interface.name for interface in type_.interfaces]
        selected = self.selector.fields(type_.name, interfaces, nodes)
        return [self.field(type_, key, found, path) for key, found in selected.items()]

    def field(self, parent: GraphQLObjectType, key: str, nodes: list[FieldNode], path: tuple[str, ...]) -> Field:
        """Return one selected field with its arguments."""
        name = nodes[0].name.value
        definition = parent.fields.get(name)
        if definition is None:  # __typename, which has no arguments
            no_arguments = Arguments.__new__(Arguments)
            return Field(key, name, parent.name, (*path, key), nodes, None, no_arguments, None)
        named = get_named_type(definition.type)
        arguments = Arguments(definition, nodes[0], self.request)
        storage = definition.extensions["strawberry-definition"].metadata.get(KEY)
        object_type = named if isinstance(named, GraphQLObjectType) else None
        return Field(key, name, parent.name, (*path, key), nodes, object_type, arguments, storage)


def fill_names(text: str, alias: str, to: str = "") -> str:
    """Return a Cypher fragment of the storage with its variables `{from}` and `{to}` filled in."""
    return text.format(**{"from": alias, "to": to})
