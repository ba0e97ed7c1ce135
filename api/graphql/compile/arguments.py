"""The arguments of one field: those that shape the statement's text, and those that each request binds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLInputObjectType,
    ObjectValueNode,
    Undefined,
    VariableNode,
    get_nullable_type,
)
from graphql.execution.values import get_argument_values

from api.graphql.compile.dependencies import Dependence, ObservedRequest, by_value, variables_in
from api.graphql.compile.request import Binder


class Arguments:
    """The arguments of one field. Compilers `read` them now, or take a `binder` that reads them in each request."""

    def __init__(self, field: GraphQLField, node: FieldNode, request: ObservedRequest) -> None:
        """Read the arguments that `node` writes."""
        self._field = field
        self._node = node
        self._written = {argument.name.value: argument.value for argument in node.arguments or ()}
        self._now = request.arguments(field, node)

    @property
    def values(self) -> Mapping[str, Any]:
        """All values of this request. Only for fields that are run, not compiled."""
        return self._now.everything

    def given_fields(self, name: str) -> dict[str, Any]:
        """Return an input object without fields that only have their default: an absent field says nothing."""
        written, value = self._written.get(name), self.values[name]
        if isinstance(written, VariableNode):
            source = self._now.variables.sources[written.name.value].value
            return {key: one for key, one in value.items() if key in source} if isinstance(source, dict) else value
        assert isinstance(written, ObjectValueNode)
        coerced = self._now.variables.coerced
        absent = {
            one.name.value
            for one in written.fields
            if isinstance(one.value, VariableNode) and one.value.name.value not in coerced
        }
        present = {one.name.value for one in written.fields} - absent
        return {key: one for key, one in value.items() if key in present}

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names of the arguments in the document."""
        return iter(self._written)

    def read(self, name: str, depends: Dependence = by_value) -> Any:
        """Return as much of an argument as `depends` keeps. The plan then fits only requests that agree in that."""
        return self._now.read(name, self._written.get(name), depends)

    def binder(self, name: str, *inside: str) -> Binder:
        """Return the function that reads an argument, or the key `inside` it, from a request. It reads None if that is absent."""
        if inside and (variable := self._variable_inside(name, inside[0])):
            return _variable(variable, None)
        whole = self._whole(name)
        if not inside:
            return whole
        key = inside[0]
        return lambda request: (whole(request) or {}).get(key)

    def _variable_inside(self, name: str, key: str) -> str | None:
        """Return the variable that is a key's whole value in a written object. Only for keys without a default."""
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
