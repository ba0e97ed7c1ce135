"""Record what a compilation reads of a request.

A plan serves every request that agrees with the first one in what was read. All that was read is therefore in the plan's key.
"""

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
from api.graphql.criteria_lengths import by_length, criteria_length, may_hold_criteria
from api.graphql.list_lengths import ListLengths
from api.limits import LimitExceeded, Limits
from graph.attributes.catalogue import Catalogue

Dependence = Callable[[Any], Hashable]
"""Reduces a variable's value to what a plan depends on; `Undefined` stands for an absent variable."""
_ABSENT = "absent"
_LIMITS = Limits()


def by_value(value: Any) -> Hashable:
    """Depend on the value itself."""
    return repr(value)


def by_presence(value: Any) -> Hashable:
    """Depend on whether there is a value. Absent and null differ, since an argument may have a default."""
    if value is Undefined:
        return _ABSENT
    return None if value is None else True


def by_null(value: Any) -> Hashable:
    """Depend on whether the value is null, which a default does not replace."""
    return value is None


def by_keys(value: Any) -> Hashable:
    """Depend on the keys of an object that have a value."""
    if value is None or value is Undefined:
        return by_presence(value)
    return tuple(sorted(key for key, inner in value.items() if inner is not None))


def by_prefix(value: Any) -> Hashable:
    """Depend on the kinds of the ids."""
    ids = value if isinstance(value, list) else [value]
    return tuple(sorted({str(one)[:2] for one in ids}))


@dataclass(slots=True)
class Dependencies:
    """The variables that any compilation of one operation has read, failed compilations included."""

    order: tuple[tuple[str, Dependence], ...] = ()

    def note(self, variable: str, depends: Dependence) -> None:
        """Add a dependency. Keys get longer by it, so a key made before equals no key made after."""
        if (variable, depends) not in self.order:
            self.order = (*self.order, (variable, depends))

    def key(self, request: Request) -> Hashable:
        """Return the key of the plan for this request."""
        order = self.order
        if not order:
            return ()
        coerced = request.values.coerced
        return tuple([depends(coerced.get(name, Undefined)) for name, depends in order])


@dataclass(slots=True)
class ObservedRequest:
    """One request that notes every read of one compilation."""

    _request: Request
    _reads: Dependencies = field(default_factory=Dependencies)
    read_catalogue: bool = False
    _criteria: int = 0

    @property
    def catalogue(self) -> Catalogue:
        """Return the catalogue. The plan then fits only requests with the same one."""
        self.read_catalogue = True
        return self._request.catalogue

    def condition(self, directive: GraphQLDirective, node: DirectiveNode) -> bool:
        """Return the condition of `@skip` or `@include`."""
        for argument in node.arguments or ():
            self.note(argument.value, by_value)
        return bool(get_argument_values(directive, node, self._request.values)["if"])

    def arguments(self, field_: GraphQLField, node: FieldNode) -> ObservedArguments:
        """Return the arguments of a field. Raises GraphQLError for null in a place that requires a value."""
        for argument in node.arguments or ():
            for variable in _never_null(argument.value, field_.args[argument.name.value].type):
                self._reads.note(variable, by_null)
        values = get_argument_values(field_, node, self._request.values)
        self._check_written(field_, node, values)
        self._count_criteria(field_, node, values)
        return ObservedArguments(values, self._request.values, self)

    def _check_written(self, field_: GraphQLField, node: FieldNode, values: dict[str, Any]) -> None:
        """Refuse too long lists in the document; `check_lists` has checked those in variables."""
        for argument in node.arguments or ():
            name = argument.name.value
            if not isinstance(argument.value, VariableNode) and isinstance(values.get(name), list | dict):
                ListLengths(_LIMITS, writes=True).check(values[name], field_.args[name].type, name)

    def _count_criteria(self, field_: GraphQLField, node: FieldNode, values: dict[str, Any]) -> None:
        """Refuse criteria that take so long to parse that other requests wait. Raises LimitExceeded."""
        for argument in node.arguments or ():
            name = argument.name.value
            type_ = field_.args[name].type
            if may_hold_criteria(type_):
                self.note(argument.value, by_length)
                self._criteria += criteria_length(values.get(name), type_)
        if self._criteria > _LIMITS.criteria:
            what = "The criteria of the request have too many characters together; ask in parts"
            raise LimitExceeded("CRITERIA_TOO_LONG", what, self._criteria, _LIMITS.criteria)

    def note(self, value: ValueNode, depends: Dependence) -> None:
        """Note a dependency on all variables inside a value of the document."""
        if isinstance(value, VariableNode):
            self._reads.note(value.name.value, depends)
        else:
            inner = by_presence if depends is by_keys else depends
            for variable in variables_in(value):
                self._reads.note(variable, inner)


@dataclass(frozen=True, slots=True)
class ObservedArguments:
    """A field's arguments in one request; every read is noted."""

    everything: dict[str, Any]
    """All values, for a field that is run and not compiled."""
    variables: VariableValues
    _observed: ObservedRequest

    def read(self, name: str, written: ValueNode | None, depends: Dependence) -> Any:
        """Return an argument's value, or what `depends` keeps of it."""
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
    """Return the names of the variables inside a value of the document."""
    if node is None:
        return []
    names = _Names()
    visit(node, names)
    return names.names


def _never_null(value: ValueNode, type_: Any) -> Iterator[str]:
    """Return the variables in places that refuse null: a nullable variable is valid there if there is a default."""
    required = isinstance(type_, GraphQLNonNull)
    inner = type_.of_type if required else type_
    if isinstance(value, VariableNode):
        if required:
            yield value.name.value
    elif isinstance(value, ListValueNode):
        item_type = inner.of_type if isinstance(inner, GraphQLList) else inner
        for item in value.values:
            yield from _never_null(item, item_type)
    elif isinstance(value, ObjectValueNode) and isinstance(inner, GraphQLInputObjectType):
        for one in value.fields:
            yield from _never_null(one.value, inner.fields[one.name.value].type)
