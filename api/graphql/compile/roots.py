"""Where an operation begins: one person or organisation by any name, and nodes by their ids."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from graphql import GraphQLObjectType

from api.graphql.compile.observed import by_keys, by_prefix
from api.graphql.compile.request import Binder, Request, Shaper
from api.graphql.compile.scope import Compilation, Field, Scope, placed
from api.graphql.storage import LABELS, Changed, Nodes, Reference
from graph.identity.canonical import key_of

MOST_IDS = 200
MERGED = {"Person", "Organisation"}
Project = Callable[..., Any]
Value = tuple[str, Shaper | None]


def reference(compilation: Compilation, scope: Scope, field: Field, project: Project) -> Value:
    """`person(by:)`, `organisation(by:)`: the node, whoever it was merged into."""
    label = cast("Reference", field.storage).label
    (kind,) = field.arguments.known("by", by_keys)
    given = field.arguments.later("by", kind)
    if kind == "id":
        found = f"MATCH (found:{label} {{id: {compilation.parameters.later(given)}}})"
    else:
        key = compilation.parameters.later(_key(kind, given))
        found = f"MATCH (:Identity {{key: {key}}})<-[:IDENTIFIED_BY]-(found:{label})"
    return single(compilation, scope, field, project, label, found)


def single(compilation: Compilation, scope: Scope, field: Field, project: Project, label: str, found: str) -> Value:
    """At most one node that `found` binds as `found`."""
    node, result = compilation.name(), compilation.name("r")
    inner = Scope(node)
    compilation.cost((), 1)
    type_ = cast("GraphQLObjectType", compilation.schema.type_map[label])
    projected = project(compilation, inner, type_, field.nodes, field.path)
    scope.calls.append(
        f"CALL () {{ {found} {_survivor(label, node)} LIMIT 1 {' '.join(inner.calls)} "
        f"RETURN collect({projected.cypher}) AS {result} }}"
    )
    return f"head({result})", projected.shape()


def changed(compilation: Compilation, scope: Scope, field: Field, project: Project, id_: str, part: str) -> Value:
    """What a mutation has changed; null where it is gone."""
    storage = cast("Changed", field.storage)
    node, result = compilation.name(), compilation.name("r")
    given = {"id": compilation.parameters.add(id_), "part": compilation.parameters.add(part)}
    known = {name: placed(text, "", node) for name, text in storage.known.items()}
    inner = Scope(node, (), known)
    projected = project(compilation, inner, field.type, field.nodes, field.path)
    carried = ", ".join(dict.fromkeys((node, *known.values())))
    scope.calls.append(
        f"CALL () {{ {storage.source.format(to=node, **given)} WITH {carried} LIMIT 1 {' '.join(inner.calls)} "
        f"RETURN collect({projected.cypher}) AS {result} }}"
    )
    return f"head({result})", projected.shape()


def nodes(compilation: Compilation, scope: Scope, field: Field, project: Project) -> Value:
    """`node(id)` and `nodes(ids)`: each kind of id that is asked for is one labelled look-up."""
    many = cast("Nodes", field.storage).many
    name = "ids" if many else "id"
    prefixes = field.arguments.known(name, by_prefix)
    labels = sorted({LABELS[prefix] for prefix in prefixes if prefix in LABELS})
    if not many:
        if not labels:
            return "null", None
        found = f"MATCH (found:{labels[0]} {{id: {compilation.parameters.later(field.arguments.later(name))}}})"
        return single(compilation, scope, field, project, labels[0], found)
    ids = _ids(field)
    parameter = compilation.parameters.later(lambda request: list(dict.fromkeys(ids(request))))
    lists, shapers = [], []
    for label in labels:
        result, shape = listed(compilation, scope, field, project, label, parameter)
        compilation.cost((), 10)
        lists.append(result)
        shapers.append(shape)
    return f"[{', '.join(lists)}]", _in_order(ids, shapers)


def _ids(field: Field) -> Binder:
    given = field.arguments.later("ids")

    def ids(request: Request) -> list[str]:
        asked = list(given(request))
        if len(asked) > MOST_IDS:
            raise field.error("TOO_MANY_IDS", f"`ids` takes at most {MOST_IDS}, not {len(asked)}.", limit=MOST_IDS)
        return asked

    return ids


def listed(
    compilation: Compilation, scope: Scope, field: Field, project: Project, label: str, ids: str, key: str = "id"
) -> tuple[str, Shaper]:
    """The nodes of a label whose `key` is among `ids`, each as a pair with it."""
    node, result = compilation.name(), compilation.name("r")
    inner = Scope(node)
    type_ = cast("GraphQLObjectType", compilation.schema.type_map[label])
    projected = project(compilation, inner, type_, field.nodes, field.path)
    scope.calls.append(
        f"CALL () {{ UNWIND {ids} AS asked MATCH (found:{label} {{{key}: asked}}) {_survivor(label, node, 'asked')} "
        f"{' '.join(inner.calls)} RETURN collect([asked, {projected.cypher}]) AS {result} }}"
    )
    return result, projected.shape()


def _survivor(label: str, node: str, *carried: str) -> str:
    """From `found` to whom it was merged into, if it was."""
    also = "".join(f", {name}" for name in carried)
    if label not in MERGED:
        return f"WITH found AS {node}{also}"
    return (
        f"OPTIONAL MATCH (found)-[:MERGED_INTO*1..]->(survivor:{label}) WHERE survivor.mergedInto IS NULL "
        f"WITH coalesce(survivor, found) AS {node}{also}"
    )


def _key(kind: str, given: Binder) -> Binder:
    def key(request: Request) -> str:
        value = given(request)
        if kind == "identity":
            return key_of(value["kind"], value["value"])
        return key_of(kind, value)

    return key


def _in_order(ids: Binder, shapers: list[Shaper]) -> Shaper:
    def shape(lists: list[list[list[Any]]], request: Request) -> list[Any]:
        found: dict[str, Any] = {}
        for rows, shaper in zip(lists, shapers, strict=True):
            for id_, value in rows:
                found[id_] = shaper(value, request)
        return [found.get(one) for one in ids(request)]

    return shape
