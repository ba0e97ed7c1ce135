"""What Python answers beside the statement: what is selected of it, and the nodes that it names and the compiler reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from api.graphql.compile.plan import Apart, Chosen, Read, Root
from api.graphql.compile.request import Shaper
from api.graphql.compile.roots import listed
from api.graphql.compile.scope import COLUMN, Compilation, Field, Scope
from api.graphql.compile.statement import finished
from api.graphql.storage import Apart as Stored

ASKED = "asked"
"""The parameter with the keys of nodes to be read, and the column of what was found."""
_READ = {"Organisation": "id", "Stage": "key", "Objective": "key"}
_READ_COST = 100
"""About how many rows are read of nodes that Python names: how many it will name is not known before."""
Project = Callable[..., Any]


def field(compilation: Compilation, field: Field, storage: Stored, project: Project) -> Apart:
    """A field of the operation, to be answered beside its statement."""
    arguments = {argument: field.arguments.later(argument) for argument in field.arguments}
    compilation.cost((), storage.weight)
    return Apart(field.key, storage.name, arguments, _below(compilation, field, project), field.path, storage.about)


def below(compilation: Compilation, scope: Scope, field_: Field, project: Project) -> tuple[str, Shaper]:
    """A field of a node: the statement gives the node's key, and its place waits for the answer."""
    asked = field(compilation, field_, cast("Stored", field_.storage), project)
    return f"{scope.alias}.key", lambda key, request: request.later(asked, key)


def _below(compilation: Compilation, field: Field, project: Project) -> Chosen | Read | None:
    if field.type is None:
        return None
    if field.type.name in _READ:
        return _read(compilation, field, project)
    fields = compilation.fields(field.type, field.nodes, field.path)
    return Chosen(field.type.name, {one.key: (one.name, _below(compilation, one, project)) for one in fields})


def _read(compilation: Compilation, field: Field, project: Project) -> Read:
    assert field.type is not None
    inner, scope = Compilation(compilation.schema, compilation.selector), Scope("")
    label = field.type.name
    result, shape = listed(inner, scope, field, project, label, f"${ASKED}", _READ[label])
    inner.cost((), _READ_COST)
    compilation.costs += inner.costs
    root = Root(ASKED, _pairs(shape))
    plan = finished(inner, scope, [COLUMN.format(ASKED, result)], [root], {}, (ASKED,))
    compilation.checks += plan.checks
    return Read(plan, field.path)


def _pairs(shape: Shaper) -> Shaper:
    return lambda pairs, request: [[key, shape(value, request)] for key, value in pairs]
