"""Assemble a plan from the compiled parts of an operation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.graphql.compile.plan import Plan, Root
from api.graphql.compile.scope import Compilation, Scope


def build_plan(
    compilation: Compilation,
    scope: Scope,
    columns: list[str],
    roots: list[Root],
    constants: Mapping[str, Any],
    order: tuple[str, ...],
) -> Plan:
    """Return a plan whose statement returns one map of these columns. Without columns there is no statement."""
    cypher = f"{' '.join(scope.calls)} RETURN {{{', '.join(columns)}}} AS data".strip() if columns else None
    binders = compilation.parameters.binders
    used = {name: binder for name, binder in binders.items() if cypher and f"${name}" in cypher}
    fixed = compilation.parameters.values if cypher else {}
    resolved, costs = tuple(compilation.resolved), tuple(compilation.costs)
    compiled_keys = {*constants, *(root.key for root in roots), *(field.key for field in resolved)}
    unused = tuple(binder for name, binder in binders.items() if name not in used and name != "now")
    return Plan(
        cypher=cypher,
        binders=used,
        fixed_bindings=fixed,
        roots=tuple(roots),
        constants=constants,
        resolved=resolved,
        costs=costs,
        order=order,
        introspected=not compiled_keys.issuperset(order),
        checks=(*unused, *compilation.checks),
    )
