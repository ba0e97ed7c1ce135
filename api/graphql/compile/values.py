"""Compile values of a node itself: properties, expressions, attributes, provenance and roll-ups."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import orjson

from api.graphql.compile.dependencies import by_presence
from api.graphql.compile.json_values import to_json
from api.graphql.compile.request import Request, Shaper
from api.graphql.compile.scope import Compilation, Field, Scope, fill_names
from api.graphql.storage import Aggregate, Attributes, Expression, Property, Provenance
from graph.attributes.names import ENTITIES, RESERVED, normalise, plain
from graph.attributes.names import stored as stored_name
from graph.attributes.rounding import rounded
from graph.errors import UserMistake
from graph.rollups import RollUp, aggregate
from graph.schema.vocabulary import Owner, properties_of, shared_names
from graph.times import iso

Value = tuple[str, Shaper | None]
ROLL_UP_COST = 10

_OWN_FIELDS = {entity: frozenset(shared_names(entity)) for entity in ENTITIES}
"""Attributes that are GraphQL fields too."""
_INTERNAL = {
    entity: [each.name for each in properties_of(entity) if each.owner is Owner.INTERNAL] for entity in ENTITIES
}
"""Properties that hold no attribute. The engine need not send them."""


def instant_text(instant: str) -> str:
    """Return a Cypher expression for an instant as RFC 3339 text.

    The embedded engine writes whole minutes without seconds, which are added here.
    """
    return f"CASE size(toString({instant})) WHEN 17 THEN replace(toString({instant}), 'Z', ':00Z') ELSE toString({instant}) END"


def property_(scope: Scope, storage: Property) -> Value:
    """Return a property of the node."""
    value = f"{scope.alias}.{storage.name}"
    return (instant_text(value), None) if storage.time else (value, _json_fragment if storage.json else None)


def expression(compilation: Compilation, scope: Scope, field: Field, storage: Expression) -> Value:
    """Return an expression over the node, or the variable that the way here has bound."""
    if field.name in scope.variables:
        return scope.variables[field.name], None
    to = ""
    if storage.setup:
        to = compilation.name("x")
        compilation.cost(scope.chain, storage.weight)
        imported = ", ".join((scope.alias, *(fill_names(name, scope.alias) for name in storage.imports)))
        scope.calls.append(f"CALL ({imported}) {{ {fill_names(storage.setup, scope.alias, to)} }}")
    value = fill_names(storage.cypher, scope.alias, to)
    return instant_text(value) if storage.time else value, None


def attributes(compilation: Compilation, scope: Scope, field: Field, storage: Attributes) -> Value:
    """Return all attributes as pairs of property and value, or those of `names` as pairs of name and value."""
    entity, named = storage.entity, _has_names(field)
    return _pairs(compilation, scope, field, entity, named=named), _attributes_shaper(entity, named=named)


def provenance(compilation: Compilation, scope: Scope, field: Field, storage: Provenance) -> Value:
    """Return the provenance text with the pairs of the attributes it is about."""
    entity, named = storage.entity, _has_names(field)
    pairs = _pairs(compilation, scope, field, entity, named=named)
    assert field.type is not None
    selected = tuple((one.key, one.name) for one in compilation.fields(field.type, field.nodes, field.path))
    return f"[{scope.alias}.provenance, {pairs}]", _provenance_shaper(entity, selected, named=named)


def _has_names(field: Field) -> bool:
    return "names" in field.arguments and field.arguments.read("names", by_presence) is not None


def roll_up(compilation: Compilation, scope: Scope, field: Field, storage: Aggregate) -> Value:
    """Return the roll-up compiler's expression over the node."""
    compilation.cost(scope.chain, ROLL_UP_COST)
    definition = {key: getattr(value, "value", value) for key, value in field.arguments.read("of").items()}
    try:
        aggregation = RollUp.from_json(definition)
        text = aggregate(
            aggregation,
            scope.alias,
            storage.entity,
            compilation.request.catalogue,
            compilation.parameters,
            scope.traversals,
            include_descendants=bool(field.arguments.read("includeDescendants")),
        )
    except UserMistake as reason:
        raise field.error(reason.code, str(reason), field=reason.field) from None
    if aggregation.record.rounds:
        return text, _rounded
    return text, None if aggregation.record.is_number else _json_value


def _rounded(value: Any, _: Request) -> Any:
    return rounded(value)


def _json_value(value: Any, _: Request) -> Any:
    return to_json(value)


def _pairs(compilation: Compilation, scope: Scope, field: Field, entity: str, *, named: bool) -> str:
    """Return a Cypher list of pairs. Without `named` it holds every property that is not internal."""
    node = scope.alias
    if not named:
        internal = compilation.parameters.add(_INTERNAL[entity])
        return f"[k IN keys({node}) WHERE NOT k IN {internal} | [k, {node}[k]]]"
    names = field.arguments.binder("names")
    properties = compilation.parameters.bind(lambda request: _properties(entity, names(request), request))
    return f"[k IN {properties} | [k[0], {node}[k[1]]]]"


def _properties(entity: str, names: Iterable[str] | None, request: Request) -> list[list[str]]:
    found = []
    for name in dict.fromkeys(names or ()):
        definition = request.catalogue.find(entity, name)
        found.append([name, definition.property if definition else stored_name(entity, name)])
    return found


@lru_cache(maxsize=4096)
def _attribute_name(entity: str, property_name: str) -> str | None:
    """Return the attribute that a property holds, or None for one of Membergraph's own properties."""
    if property_name in _OWN_FIELDS[entity] or property_name in RESERVED[entity]:
        return None
    if normalise(property_name) in RESERVED[entity] and not property_name.endswith("_"):
        return None
    return plain(entity, property_name)


def _values(entity: str, pairs: list[list[Any]], request: Request, *, named: bool) -> dict[str, Any]:
    as_json = request.json_attributes(entity)
    found: dict[str, Any] = {}
    for key, value in pairs:
        name = key if named else _attribute_name(entity, key)
        if name is None or value is None:
            continue
        found[name] = _json_fragment(value, request) if name in as_json else _plain(value)
    return found


def _plain(value: Any) -> Any:
    kind = type(value)
    return value if kind is str or kind is int or kind is float or kind is bool else to_json(value)


def _attributes_shaper(entity: str, *, named: bool) -> Shaper:
    return lambda pairs, request: _values(entity, pairs, request, named=named)


def _provenance_shaper(entity: str, selected: tuple[tuple[str, str], ...], *, named: bool) -> Shaper:
    def shape(value: list[Any], request: Request) -> list[dict[str, Any]]:
        text, pairs = value
        records = orjson.loads(text) if text else {}
        values = _values(entity, pairs, request, named=named)
        values |= {key: _plain(one) for key, one in pairs if key in _OWN_FIELDS[entity]}
        names = {normalise(pair[0]) for pair in pairs} if named else None
        return [
            {key: _provenance_value(field, name, record, values) for key, field in selected}
            for name, record in sorted(records.items())
            if names is None or name in names
        ]

    return shape


def _provenance_value(field: str, name: str, record: dict[str, Any], values: dict[str, Any]) -> Any:
    match field:
        case "name":
            return name
        case "value":
            return values.get(name)
        case "source":
            return record.get("source")
        case "observedAt":
            observed = record.get("observedAt")
            return iso(observed) if isinstance(observed, int) else observed
        case _:
            return "AttributeProvenance"


def _json_fragment(value: Any, _: Request) -> Any:
    """Put stored JSON text into the response without parsing it."""
    return orjson.Fragment(value) if isinstance(value, str) else value
