"""The arguments of one field: what the text of the statement depends on, and what is bound as a parameter."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from typing import Any

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLInputObjectType,
    ObjectValueNode,
    Undefined,
    ValueNode,
    VariableNode,
    get_nullable_type,
)
from graphql.execution.values import get_argument_values
from graphql.language import Visitor, visit

from api.graphql.compile.request import Binder, Request


def by_value(value: Any) -> Hashable:
    """The text depends on the value itself."""
    return repr(value)


def by_presence(value: Any) -> Hashable:
    """The text depends on whether there is a value."""
    return value is not None


def by_keys(value: Any) -> Hashable:
    """The text depends on which keys of an object have a value."""
    return None if value is None else tuple(sorted(key for key, inner in value.items() if inner is not None))


def by_prefix(value: Any) -> Hashable:
    """The text depends on the kinds of the ids."""
    ids = value if isinstance(value, list) else [value]
    return tuple(sorted({str(one)[:2] for one in ids}))


Dependence = Callable[[Any], Hashable]
Dependences = set[tuple[str, Dependence]]


class _Names(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def enter_variable(self, node: VariableNode, *_: Any) -> None:
        self.names.append(node.name.value)


def variables_in(node: ValueNode | None) -> list[str]:
    """The variables that a value written in the document holds."""
    if node is None:
        return []
    names = _Names()
    visit(node, names)
    return names.names


class Arguments:
    """The arguments of one field, read now (`text depends`) or by every request (`bound`)."""

    def __init__(self, field: GraphQLField, node: FieldNode, request: Request, dependences: Dependences) -> None:
        """Read the arguments as `node` writes them."""
        self._field = field
        self._node = node
        self._written = {argument.name.value: argument.value for argument in node.arguments or ()}
        self._variables = request.values
        self._dependences = dependences
        self._now = get_argument_values(field, node, request.values)

    @property
    def values(self) -> Mapping[str, Any]:
        """Every argument's value now, for a field that is run and not compiled."""
        return self._now

    def told(self, name: str) -> dict[str, Any]:
        """An argument that is an object, without the fields that are there by default only: absent says nothing."""
        written, value = self._written.get(name), self._now[name]
        if isinstance(written, VariableNode):
            given = self._variables.sources[written.name.value].value
            return {key: one for key, one in value.items() if key in given} if isinstance(given, dict) else value
        assert isinstance(written, ObjectValueNode)
        coerced = self._variables.coerced
        absent = {
            one.name.value
            for one in written.fields
            if isinstance(one.value, VariableNode) and one.value.name.value not in coerced
        }
        given = {one.name.value for one in written.fields} - absent
        return {key: one for key, one in value.items() if key in given}

    def __iter__(self) -> Iterator[str]:
        """The names of the arguments the document writes."""
        return iter(self._written)

    def node(self, name: str) -> ValueNode | None:
        """Where an argument stands in the document."""
        return self._written.get(name)

    def known(self, name: str, depends: Dependence = by_value) -> Any:
        """An argument's value now; the statement's text is then only for requests alike in `depends`."""
        written = self._written.get(name)
        if isinstance(written, VariableNode):
            self._dependences.add((written.name.value, depends))
        else:
            inner = by_presence if depends is by_keys else depends
            self._dependences.update((variable, inner) for variable in variables_in(written))
        return self._now.get(name)

    def later(self, name: str, *inside: str) -> Binder:
        """How every request gives the argument's value, or what lies `inside` it; None where it gives none."""
        if inside and (variable := self._variable_inside(name, inside[0])):
            return _variable(variable, None)
        whole = self._whole(name)
        if not inside:
            return whole
        key = inside[0]
        return lambda request: (whole(request) or {}).get(key)

    def _variable_inside(self, name: str, key: str) -> str | None:
        """The variable that alone is a key's value in an object which the document writes; only of keys without default."""
        written = self._written.get(name)
        type_ = get_nullable_type(self._field.args[name].type)
        if not isinstance(written, ObjectValueNode) or not isinstance(type_, GraphQLInputObjectType):
            return None
        values = {field.name.value: field.value for field in written.fields}
        value = values.get(key)
        plain = isinstance(value, VariableNode) and type_.fields[key].default_value is Undefined
        return value.name.value if isinstance(value, VariableNode) and plain else None

    def _whole(self, name: str) -> Binder:
        written = self._written.get(name)
        if not variables_in(written):
            value = self._now.get(name)
            return lambda _: value
        if isinstance(written, VariableNode):
            default = self._field.args[name].default_value
            return _variable(written.name.value, None if default is Undefined else default)
        field, node = self._field, self._node
        return lambda request: get_argument_values(field, node, request.values).get(name)


def _variable(name: str, default: Any) -> Binder:
    return lambda request: request.values.coerced.get(name, default)
