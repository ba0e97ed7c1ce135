"""Values of a node itself: properties, expressions, attributes, provenance, roll-ups."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, cast

import orjson

from api.graphql.compile.instants import from_milliseconds, written
from api.graphql.compile.observed import by_presence
from api.graphql.compile.request import Request, Shaper
from api.graphql.compile.scope import Compilation, Field, Scope, placed
from api.graphql.storage import Aggregate, Attributes, Expression, Property, Provenance
from graph.attributes.names import ENTITIES, RESERVED, normalise, plain
from graph.attributes.names import stored as stored_name
from graph.attributes.rounding import rounded
from graph.errors import UserMistake
from graph.rollups import RollUp, aggregate
from graph.schema.vocabulary import Owner, properties_of, shared_names

Value = tuple[str, Shaper | None]
ROLL_UP_COST = 10

_FIELDS_OF_THEIR_OWN = {entity: frozenset(shared_names(entity)) for entity in ENTITIES}
_INTERNAL = {
    entity: [each.name for each in properties_of(entity) if each.owner is Owner.INTERNAL] for entity in ENTITIES
}
"""Properties that no attribute has and nobody reads here: the engine need not send them."""


def in_text(instant: str) -> str:
    """An instant as RFC 3339 text; the embedded engine leaves whole minutes without seconds."""
    return f"CASE size(toString({instant})) WHEN 17 THEN replace(toString({instant}), 'Z', ':00Z') ELSE toString({instant}) END"


def property_(_: Compilation, scope: Scope, field: Field) -> Value:
    """A property as it is stored."""
    storage = cast("Property", field.storage)
    value = f"{scope.alias}.{storage.name}"
    return (in_text(value), None) if storage.time else (value, _json if storage.json else None)


def expression(compilation: Compilation, scope: Scope, field: Field) -> Value:
    """An expression over the node, or something bound on the way to it."""
    storage = cast("Expression", field.storage)
    if field.name in scope.known:
        return scope.known[field.name], None
    to = ""
    if storage.first:
        to = compilation.name("x")
        compilation.cost(scope.chain, storage.weight)
        imported = ", ".join((scope.alias, *(placed(name, scope.alias) for name in storage.imports)))
        scope.calls.append(f"CALL ({imported}) {{ {placed(storage.first, scope.alias, to)} }}")
    value = placed(storage.cypher, scope.alias, to)
    return in_text(value) if storage.time else value, None


def attributes(compilation: Compilation, scope: Scope, field: Field) -> Value:
    """All attributes as pairs of property and value, or the named ones as pairs of name and value."""
    entity = cast("Attributes", field.storage).entity
    named = "names" in field.arguments and field.arguments.known("names", by_presence) is not None
    return _pairs(compilation, scope, field, entity, named=named), _attributes_of(entity, named=named)


def provenance(compilation: Compilation, scope: Scope, field: Field) -> Value:
    """The provenance text with the pairs it speaks of."""
    entity = cast("Provenance", field.storage).entity
    named = "names" in field.arguments and field.arguments.known("names", by_presence) is not None
    pairs = _pairs(compilation, scope, field, entity, named=named)
    assert field.type is not None
    wanted = tuple((one.key, one.name) for one in compilation.fields(field.type, field.nodes, field.path))
    return f"[{scope.alias}.provenance, {pairs}]", _provenance_of(entity, wanted, named=named)


def roll_up(compilation: Compilation, scope: Scope, field: Field) -> Value:
    """The roll-up compiler's expression for the node."""
    entity = cast("Aggregate", field.storage).entity
    compilation.cost(scope.chain, ROLL_UP_COST)
    given = {key: getattr(value, "value", value) for key, value in field.arguments.known("of").items()}
    try:
        asked = RollUp.from_json(given)
        text = aggregate(
            asked,
            scope.alias,
            entity,
            compilation.request.catalogue,
            compilation.parameters,
            scope.traversals,
            include_descendants=bool(field.arguments.known("includeDescendants")),
        )
    except UserMistake as reason:
        raise field.error(reason.code, str(reason), field=reason.field) from None
    if asked.record.rounds:
        return text, _rounded
    return text, None if asked.record.is_number else _written


def _rounded(value: Any, _: Request) -> Any:
    return rounded(value)


def _written(value: Any, _: Request) -> Any:
    return written(value)


def _pairs(compilation: Compilation, scope: Scope, field: Field, entity: str, *, named: bool) -> str:
    node = scope.alias
    if not named:
        internal = compilation.parameters.add(_INTERNAL[entity])
        return f"[k IN keys({node}) WHERE NOT k IN {internal} | [k, {node}[k]]]"
    names = field.arguments.later("names")
    wanted = compilation.parameters.later(lambda request: _stored_names(entity, names(request), request))
    return f"[k IN {wanted} | [k[0], {node}[k[1]]]]"


def _stored_names(entity: str, names: Iterable[str] | None, request: Request) -> list[list[str]]:
    found = []
    for name in dict.fromkeys(names or ()):
        definition = request.catalogue.find(entity, name)
        found.append([name, definition.property if definition else stored_name(entity, name)])
    return found


@lru_cache(maxsize=4096)
def _attribute(entity: str, property_name: str) -> str | None:
    """The attribute that a property holds; None for one of ours."""
    if property_name in _FIELDS_OF_THEIR_OWN[entity] or property_name in RESERVED[entity]:
        return None
    if normalise(property_name) in RESERVED[entity] and not property_name.endswith("_"):
        return None
    return plain(entity, property_name)


def _values(entity: str, pairs: list[list[Any]], request: Request, *, named: bool) -> dict[str, Any]:
    nested = request.nested(entity)
    found: dict[str, Any] = {}
    for key, value in pairs:
        name = key if named else _attribute(entity, key)
        if name is None or value is None:
            continue
        found[name] = _json(value, request) if name in nested else _plain(value)
    return found


def _plain(value: Any) -> Any:
    kind = type(value)
    return value if kind is str or kind is int or kind is float or kind is bool else written(value)


def _attributes_of(entity: str, *, named: bool) -> Shaper:
    return lambda pairs, request: _values(entity, pairs, request, named=named)


def _provenance_of(entity: str, wanted: tuple[tuple[str, str], ...], *, named: bool) -> Shaper:
    def shape(value: list[Any], request: Request) -> list[dict[str, Any]]:
        text, pairs = value
        told = orjson.loads(text) if text else {}
        values = _values(entity, pairs, request, named=named)
        own = {key: _plain(one) for key, one in pairs if key in _FIELDS_OF_THEIR_OWN[entity]}
        chosen = {normalise(pair[0]) for pair in pairs} if named else None
        return [
            {key: _told(field, name, one, values | own) for key, field in wanted}
            for name, one in sorted(told.items())
            if chosen is None or name in chosen
        ]

    return shape


def _told(field: str, name: str, one: dict[str, Any], values: dict[str, Any]) -> Any:
    if field == "name":
        return name
    if field == "value":
        return values.get(name)
    if field == "source":
        return one.get("source")
    if field == "__typename":
        return "AttributeProvenance"
    observed = one.get("observedAt")
    return from_milliseconds(observed) if isinstance(observed, int) else observed


def _json(value: Any, _: Request) -> Any:
    """Stored JSON text goes into the response as it is."""
    return orjson.Fragment(value) if isinstance(value, str) else value
