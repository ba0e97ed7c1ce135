"""The arguments of one field: what the text of the statement depends on, and what is bound as a parameter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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

from api.graphql.compile.observed import Dependence, Observed, by_value, variables_in
from api.graphql.compile.request import Binder


class Arguments:
    """The arguments of one field, read now (`text depends`) or by every request (`bound`)."""

    def __init__(self, field: GraphQLField, node: FieldNode, request: Observed) -> None:
        """Read the arguments as `node` writes them."""
        self._field = field
        self._node = node
        self._written = {argument.name.value: argument.value for argument in node.arguments or ()}
        self._now = request.arguments(field, node)

    @property
    def values(self) -> Mapping[str, Any]:
        """Every argument's value now, for a field that is run and not compiled."""
        return self._now.everything

    def told(self, name: str) -> dict[str, Any]:
        """An argument that is an object, without the fields that are there by default only: absent says nothing."""
        written, value = self._written.get(name), self.values[name]
        if isinstance(written, VariableNode):
            given = self._now.variables.sources[written.name.value].value
            return {key: one for key, one in value.items() if key in given} if isinstance(given, dict) else value
        assert isinstance(written, ObjectValueNode)
        coerced = self._now.variables.coerced
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
        """What `depends` lets through of an argument now; the statement's text is then only for requests alike in that."""
        return self._now.seen(name, self._written.get(name), depends)

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
            value = self.values.get(name)
            return lambda _: value
        if isinstance(written, VariableNode):
            default = self._field.args[name].default_value
            return _variable(written.name.value, None if default is Undefined else default)
        field, node = self._field, self._node
        return lambda request: get_argument_values(field, node, request.values).get(name)


def _variable(name: str, default: Any) -> Binder:
    return lambda request: request.values.coerced.get(name, default)
