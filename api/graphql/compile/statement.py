"""The plan of a statement once all its parts are written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.graphql.compile.plan import Plan, Root
from api.graphql.compile.scope import Compilation, Scope


def finished(
    compilation: Compilation,
    scope: Scope,
    columns: list[str],
    shaped: list[Root],
    constants: Mapping[str, Any],
    order: tuple[str, ...],
) -> Plan:
    """The plan: its statement returns one map of these columns, or there is none where there is no column."""
    cypher = f"{' '.join(scope.calls)} RETURN {{{', '.join(columns)}}} AS data".strip() if columns else None
    bound = compilation.parameters.binders
    used = {name: binder for name, binder in bound.items() if cypher and f"${name}" in cypher}
    fixed = compilation.parameters.values if cypher else {}
    apart, costs = tuple(compilation.apart), tuple(compilation.costs)
    ours = {*constants, *(root.key for root in shaped), *(field.key for field in apart)}
    unused = tuple(binder for name, binder in bound.items() if name not in used and name != "now")
    checks = (*unused, *compilation.checks)
    return Plan(cypher, used, fixed, tuple(shaped), constants, apart, costs, order, not ours.issuperset(order), checks)
