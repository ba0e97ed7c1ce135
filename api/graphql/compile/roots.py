"""Compile fields that begin at a named node: a person or organisation by an identity, and nodes by ids."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from graphql import GraphQLObjectType

from api.graphql.compile.dependencies import by_keys, by_prefix
from api.graphql.compile.request import Binder, Request, Shaper
from api.graphql.compile.scope import Compilation, Field, Scope, fill_names
from api.graphql.storage import LABELS, ChangedNode, Nodes, Reference
from graph.identity.canonical import key_of

MOST_IDS = 200
_MERGEABLE = {"Person", "Organisation"}
_LABEL_COST = 10
Project = Callable[..., Any]
Value = tuple[str, Shaper | None]


def reference(compilation: Compilation, scope: Scope, field: Field, storage: Reference, project: Project) -> Value:
    """Return `person(by:)` or `organisation(by:)`; merges are followed."""
    label = storage.label
    (kind,) = field.arguments.read("by", by_keys)
    name = field.arguments.binder("by", kind)
    if kind == "id":
        match = _match_id(label, compilation.parameters.bind(name))
    else:
        key = compilation.parameters.bind(_identity_key(kind, name))
        match = f"MATCH (:Identity {{key: {key}}})<-[:IDENTIFIED_BY]-(found:{label})"
    return single_node(compilation, scope, field, project, label, match)


def node_by_id(
    compilation: Compilation, scope: Scope, field: Field, storage: Reference, project: Project, id_: str
) -> Value:
    """Return the person or organisation with this id; merges are followed."""
    match = _match_id(storage.label, compilation.parameters.add(id_))
    return single_node(compilation, scope, field, project, storage.label, match)


def _match_id(label: str, parameter: str) -> str:
    return f"MATCH (found:{label} {{id: {parameter}}})"


def single_node(
    compilation: Compilation, scope: Scope, field: Field, project: Project, label: str, match: str
) -> Value:
    """Return at most one node; the clause `match` binds it as `found`."""
    node, result = compilation.name(), compilation.name("r")
    inner = Scope(node)
    compilation.cost((), 1)
    type_ = cast("GraphQLObjectType", compilation.schema.type_map[label])
    projected = project(compilation, inner, type_, field.nodes, field.path)
    scope.calls.append(
        f"CALL () {{ {match} {_follow_merges(label, node)} LIMIT 1 {' '.join(inner.calls)} "
        f"RETURN collect({projected.cypher}) AS {result} }}"
    )
    return f"head({result})", projected.shaper()


def changed_node(
    compilation: Compilation, scope: Scope, field: Field, storage: ChangedNode, project: Project, id_: str, part: str
) -> Value:
    """Return the node that a mutation has changed, or null if it was removed."""
    node, result = compilation.name(), compilation.name("r")
    parameters = {"id": compilation.parameters.add(id_), "part": compilation.parameters.add(part)}
    variables = {name: fill_names(text, "", node) for name, text in storage.variables.items()}
    inner = Scope(node, (), variables)
    projected = project(compilation, inner, field.type, field.nodes, field.path)
    carried = ", ".join(dict.fromkeys((node, *variables.values())))
    scope.calls.append(
        f"CALL () {{ {storage.source.format(to=node, **parameters)} WITH {carried} LIMIT 1 {' '.join(inner.calls)} "
        f"RETURN collect({projected.cypher}) AS {result} }}"
    )
    return f"head({result})", projected.shaper()


def nodes(compilation: Compilation, scope: Scope, field: Field, storage: Nodes, project: Project) -> Value:
    """Return `node(id)` or `nodes(ids)`: one look-up for each label among the ids."""
    name = "ids" if storage.many else "id"
    prefixes = field.arguments.read(name, by_prefix)
    labels = sorted({LABELS[prefix] for prefix in prefixes if prefix in LABELS})
    if not storage.many:
        if not labels:
            return "null", None
        match = _match_id(labels[0], compilation.parameters.bind(field.arguments.binder(name)))
        return single_node(compilation, scope, field, project, labels[0], match)
    ids = _ids(field)
    parameter = compilation.parameters.bind(lambda request: list(dict.fromkeys(ids(request))))
    lists, shapers = [], []
    for label in labels:
        result, shape = labelled_nodes(compilation, scope, field, project, label, parameter)
        compilation.cost((), _LABEL_COST)
        lists.append(result)
        shapers.append(shape)
    return f"[{', '.join(lists)}]", _shape_in_order(ids, shapers)


def _ids(field: Field) -> Binder:
    binder = field.arguments.binder("ids")

    def ids(request: Request) -> list[str]:
        found = list(binder(request))
        if len(found) > MOST_IDS:
            raise field.error("TOO_MANY_IDS", f"`ids` takes at most {MOST_IDS}, not {len(found)}.", limit=MOST_IDS)
        return found

    return ids


def labelled_nodes(
    compilation: Compilation, scope: Scope, field: Field, project: Project, label: str, keys: str, key: str = "id"
) -> tuple[str, Shaper]:
    """Return the nodes of a label as pairs of key and node; `keys` is an expression, `key` the property."""
    node, result = compilation.name(), compilation.name("r")
    inner = Scope(node)
    type_ = cast("GraphQLObjectType", compilation.schema.type_map[label])
    projected = project(compilation, inner, type_, field.nodes, field.path)
    scope.calls.append(
        f"CALL () {{ UNWIND {keys} AS wanted MATCH (found:{label} {{{key}: wanted}}) "
        f"{_follow_merges(label, node, 'wanted')} {' '.join(inner.calls)} "
        f"RETURN collect([wanted, {projected.cypher}]) AS {result} }}"
    )
    return result, projected.shaper()


def _follow_merges(label: str, node: str, *carried: str) -> str:
    """Return the clauses from `found` to the node it was merged into, if it was."""
    also = "".join(f", {name}" for name in carried)
    if label not in _MERGEABLE:
        return f"WITH found AS {node}{also}"
    return (
        f"OPTIONAL MATCH (found)-[:MERGED_INTO*1..]->(survivor:{label}) WHERE survivor.mergedInto IS NULL "
        f"WITH coalesce(survivor, found) AS {node}{also}"
    )


def _identity_key(kind: str, name: Binder) -> Binder:
    def key(request: Request) -> str:
        value = name(request)
        if kind == "identity":
            return key_of(value["kind"], value["value"])
        return key_of(kind, value)

    return key


def _shape_in_order(ids: Binder, shapers: list[Shaper]) -> Shaper:
    def shape(lists: list[list[list[Any]]], request: Request) -> list[Any]:
        found: dict[str, Any] = {}
        for rows, shaper in zip(lists, shapers, strict=True):
            for id_, value in rows:
                found[id_] = shaper(value, request)
        return [found.get(one) for one in ids(request)]

    return shape
