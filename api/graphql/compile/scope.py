"""What the parts of the compiler share: names, parameters, where they are in the statement, and the field at hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from graphql import FieldNode, GraphQLError, GraphQLObjectType, GraphQLSchema, get_named_type

from api.graphql.compile.arguments import Arguments
from api.graphql.compile.mistakes import mistake
from api.graphql.compile.observed import Observed
from api.graphql.compile.plan import Apart, Chain
from api.graphql.compile.request import Binder
from api.graphql.compile.selection import Selector
from api.graphql.storage import KEY, Page, Storage
from graph.criteria import ParameterBag
from graph.rollups import Traversals

S = TypeVar("S")
COLUMN = "`{}`: {}"


class Parameters(ParameterBag):
    """The statement's parameters: what is the same for every request (`add`), and what each binds (`later`)."""

    def __init__(self) -> None:
        """Begin with the one that every statement may use."""
        super().__init__()
        self.binders: dict[str, Binder] = {"now": lambda request: request.now}

    def later(self, binder: Binder) -> str:
        """A parameter that every request binds; the name with its `$`."""
        name = f"p{len(self.binders)}"
        self.binders[name] = binder
        return f"${name}"


@dataclass
class Scope:
    """One place in the statement: the node at hand, what else is bound there, and what is read before its RETURN."""

    alias: str
    chain: Chain = ()
    known: Mapping[str, str] = field(default_factory=dict)
    traversals: Traversals = field(default_factory=Traversals)

    @property
    def calls(self) -> list[str]:
        """The subqueries before the RETURN."""
        return self.traversals.calls


@dataclass(frozen=True, slots=True)
class Field:
    """One selected field: its response key, where it stands, its type and its arguments."""

    key: str
    name: str
    parent: str
    path: tuple[str, ...]
    nodes: list[FieldNode]
    type: GraphQLObjectType | None
    arguments: Arguments
    storage: Storage | None

    def error(self, code: str, message: str, **more: Any) -> GraphQLError:
        """An error at this field."""
        return mistake(code, message, path=self.path, nodes=self.nodes[:1], **more)

    @property
    def coordinate(self) -> str:
        """The field's place in the schema, such as `Query.people`."""
        return f"{self.parent}.{self.name}"


@dataclass
class Compilation:
    """One operation being compiled."""

    schema: GraphQLSchema
    selector: Selector
    parameters: Parameters = field(default_factory=Parameters)
    costs: list[tuple[Chain, int]] = field(default_factory=list)
    apart: list[Apart] = field(default_factory=list)
    checks: list[Binder] = field(default_factory=list)
    _names: int = 0

    @property
    def request(self) -> Observed:
        """What the compiler may read of the request."""
        return self.selector.request

    def name(self, kind: str = "n") -> str:
        """A variable that the statement does not use yet."""
        self._names += 1
        return f"{kind}{self._names}"

    def cost(self, chain: Chain, weight: int = 1) -> None:
        """Note that something is read as often as `chain` says."""
        self.costs.append((chain, weight))

    def fields(self, type_: GraphQLObjectType, nodes: list[FieldNode], path: tuple[str, ...]) -> list[Field]:
        """What is selected under `nodes` on an object of a type."""
        interfaces = [interface.name for interface in type_.interfaces]
        selected = self.selector.fields(type_.name, interfaces, nodes)
        return [self.field(type_, key, found, path) for key, found in selected.items()]

    def field(self, parent: GraphQLObjectType, key: str, nodes: list[FieldNode], path: tuple[str, ...]) -> Field:
        """One selected field with its arguments read."""
        name = nodes[0].name.value
        definition = parent.fields.get(name)
        if definition is None:  # __typename
            nothing = Arguments.__new__(Arguments)
            return Field(key, name, parent.name, (*path, key), nodes, None, nothing, None)
        named = get_named_type(definition.type)
        arguments = Arguments(definition, nodes[0], self.request)
        storage = definition.extensions["strawberry-definition"].metadata.get(KEY)
        object_type = named if isinstance(named, GraphQLObjectType) else None
        return Field(key, name, parent.name, (*path, key), nodes, object_type, arguments, storage)


def placed(text: str, scope_alias: str, to: str = "") -> str:
    """A storage fragment with its names filled in."""
    return text.format(**{"from": scope_alias, "to": to})


__all__ = ["COLUMN", "Compilation", "Field", "Page", "Parameters", "Scope", "placed"]
