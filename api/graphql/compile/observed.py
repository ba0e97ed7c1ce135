"""The request as a compiler sees it: whatever is read of it is noted, so that no plan can depend on what is not in its key."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DirectiveNode,
    FieldNode,
    GraphQLDirective,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    ListValueNode,
    ObjectValueNode,
    Undefined,
    ValueNode,
    VariableNode,
)
from graphql.execution.values import VariableValues, get_argument_values
from graphql.language import Visitor, visit

from api.graphql.compile.request import Request
from api.graphql.criteria_lengths import by_length, characters, holds_criteria
from api.graphql.lists import Lengths
from api.limits import LimitExceeded, Limits
from graph.attributes.catalogue import Catalogue

Dependence = Callable[[Any], Hashable]
"""How much of a variable's value a plan depends on; `Undefined` is a variable that was left out."""
_LEFT_OUT = "left out"
_LIMITS = Limits()


def by_value(value: Any) -> Hashable:
    """The text depends on the value itself."""
    return repr(value)


def by_presence(value: Any) -> Hashable:
    """The text depends on whether there is a value; left out and null differ where an argument has a default."""
    if value is Undefined:
        return _LEFT_OUT
    return None if value is None else True


def by_null(value: Any) -> Hashable:
    """The text depends on whether null was given, which a default does not replace."""
    return value is None


def by_keys(value: Any) -> Hashable:
    """The text depends on which keys of an object have a value."""
    if value is None or value is Undefined:
        return by_presence(value)
    return tuple(sorted(key for key, inner in value.items() if inner is not None))


def by_prefix(value: Any) -> Hashable:
    """The text depends on the kinds of the ids."""
    ids = value if isinstance(value, list) else [value]
    return tuple(sorted({str(one)[:2] for one in ids}))


@dataclass(slots=True)
class Reads:
    """What the compilations of one operation have read of its variables, those that failed included."""

    order: tuple[tuple[str, Dependence], ...] = ()

    def note(self, variable: str, depends: Dependence) -> None:
        """Add what a compilation reads. Keys grow with it, so that a key made before equals none made after."""
        if (variable, depends) not in self.order:
            self.order = (*self.order, (variable, depends))

    def key(self, request: Request) -> Hashable:
        """What a plan for this request depends on."""
        order = self.order
        if not order:
            return ()
        coerced = request.values.coerced
        return tuple([depends(coerced.get(name, Undefined)) for name, depends in order])


@dataclass(slots=True)
class Observed:
    """One request, read by one compilation."""

    _request: Request
    _reads: Reads = field(default_factory=Reads)
    read_catalogue: bool = False
    _criteria: int = 0

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue; the plan is then only for requests that know the same one."""
        self.read_catalogue = True
        return self._request.catalogue

    def decided(self, directive: GraphQLDirective, node: DirectiveNode) -> bool:
        """What `@skip` or `@include` says."""
        for argument in node.arguments or ():
            self.note(argument.value, by_value)
        return bool(get_argument_values(directive, node, self._request.values)["if"])

    def arguments(self, field_: GraphQLField, node: FieldNode) -> ReadArguments:
        """The arguments of a field. Raises GraphQLError where null stands for what must be there."""
        for argument in node.arguments or ():
            for variable in _never_null(argument.value, field_.args[argument.name.value].type):
                self._reads.note(variable, by_null)
        values = get_argument_values(field_, node, self._request.values)
        self._check_written(field_, node, values)
        self._count_criteria(field_, node, values)
        return ReadArguments(values, self._request.values, self)

    def _check_written(self, field_: GraphQLField, node: FieldNode, values: dict[str, Any]) -> None:
        """Refuse too long lists that the document writes; those of variables were looked at before."""
        for argument in node.arguments or ():
            name = argument.name.value
            if not isinstance(argument.value, VariableNode) and isinstance(values.get(name), list | dict):
                Lengths(_LIMITS, writes=True).check(values[name], field_.args[name].type, name)

    def _count_criteria(self, field_: GraphQLField, node: FieldNode, values: dict[str, Any]) -> None:
        """Refuse more criteria than are read without anybody's waiting. Raises LimitExceeded."""
        for argument in node.arguments or ():
            name = argument.name.value
            type_ = field_.args[name].type
            if holds_criteria(type_):
                self.note(argument.value, by_length)
                self._criteria += characters(values.get(name), type_)
        if self._criteria > _LIMITS.criteria:
            what = "The criteria of the request have too many characters together; ask in parts"
            raise LimitExceeded("CRITERIA_TOO_LONG", what, self._criteria, _LIMITS.criteria)

    def note(self, value: ValueNode, depends: Dependence) -> None:
        """Note how far a value that the document writes is looked at, whatever variables it holds."""
        if isinstance(value, VariableNode):
            self._reads.note(value.name.value, depends)
        else:
            inner = by_presence if depends is by_keys else depends
            for variable in variables_in(value):
                self._reads.note(variable, inner)


@dataclass(frozen=True, slots=True)
class ReadArguments:
    """A field's arguments as one request gives them; what is looked at is noted."""

    everything: dict[str, Any]
    """For a field that is run and not compiled."""
    variables: VariableValues
    _observed: Observed

    def seen(self, name: str, written: ValueNode | None, depends: Dependence) -> Any:
        """As much of an argument as `depends` lets through: its value, or what of it the key holds."""
        if written is not None:
            self._observed.note(written, depends)
        value = self.everything.get(name)
        return value if depends is by_value else depends(value)


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


def _never_null(value: ValueNode, type_: Any) -> Iterator[str]:
    """The variables that stand where null may not: a nullable one is allowed there if something has a default."""
    required = isinstance(type_, GraphQLNonNull)
    inner = type_.of_type if required else type_
    if isinstance(value, VariableNode):
        if required:
            yield value.name.value
    elif isinstance(value, ListValueNode):
        of = inner.of_type if isinstance(inner, GraphQLList) else inner
        for item in value.values:
            yield from _never_null(item, of)
    elif isinstance(value, ObjectValueNode) and isinstance(inner, GraphQLInputObjectType):
        for one in value.fields:
            yield from _never_null(one.value, inner.fields[one.name.value].type)
