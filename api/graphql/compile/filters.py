"""Filters of lists: a criterion, a search, a membership's time, an event's properties, or one equal property."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, assert_never, cast

from api.graphql.compile.dependencies import by_keys, by_presence
from api.graphql.compile.json_values import DATETIME_CODE, bad_instant
from api.graphql.compile.request import Binder, Request
from api.graphql.compile.scope import Compilation, Field, Scope, fill_names
from api.graphql.storage import Equal, Filter, Many, One, PagedList
from api.limits import LimitExceeded
from graph.criteria import CriteriaError, compile_predicate, parse
from graph.times import read_argument_instant

_GAP = re.compile(r"[\W_]+")
MOST_SEARCHED = 500
"""Characters of a search. Each of its words is compared with every word of every node."""
CURRENT = "(({n}.since IS NULL OR {n}.since <= {at}) AND ({n}.until IS NULL OR {n}.until > {at}))"
NOW = "datetime({epochMillis: $now})"
_SURVIVOR = (
    "MATCH ({to}_old:{label} {{{{id: {id}}}}}) OPTIONAL MATCH ({to}_old)-[:MERGED_INTO*1..]->({to}_new:{label}) "
    "WHERE {to}_new.mergedInto IS NULL WITH coalesce({to}_new, {to}_old) AS {to}_owner LIMIT 1 "
)
_ALL_EVENTS = ("MATCH ({to}:Event)",)


@dataclass
class FilteredRows:
    """The sources of a list's rows, and the predicates that each row meets."""

    sources: tuple[str, ...]
    predicates: tuple[str, ...]


def filter_page(compilation: Compilation, scope: Scope, field: Field, storage: PagedList, to: str) -> FilteredRows:
    """Return the sources and predicates of a connection under its arguments."""
    rows = FilteredRows(storage.sources, ())
    if storage.organisation_events and field.arguments.read("withOrganisationEvents"):
        rows.sources = (*storage.sources, storage.organisation_events)
    predicates = [fill_names(storage.where, scope.alias, to)] if storage.where else []
    for each in storage.filters:
        predicates += _predicates(each, compilation, field, storage, to, rows)
    rows.predicates = tuple(predicates)
    return rows


def list_predicates(compilation: Compilation, field: Field, storage: Many | One, to: str) -> list[str]:
    """Return the predicates of a short list, or of the one node that arguments choose."""
    predicates = [fill_names(storage.where, "", to)] if isinstance(storage, Many) and storage.where else []
    for each in storage.filters:
        predicates += _equal(each, compilation, field, to)
    return predicates


def _predicates(
    filter_: Filter, compilation: Compilation, field: Field, storage: PagedList, to: str, rows: FilteredRows
) -> list[str]:
    match filter_:
        case Equal():
            return _equal(filter_, compilation, field, to)
        case "criteria":
            return _criteria(compilation, field, storage, to)
        case "search":
            return _search(compilation, field, to)
        case "spell":
            return _spell(compilation, field, to)
        case "event":
            return _event(compilation, field, to, rows)
        case _:
            assert_never(filter_)


def _equal(filter_: Equal, compilation: Compilation, field: Field, to: str) -> list[str]:
    name = filter_.argument
    if field.arguments.read(name, by_presence) is None:
        return []
    return [f"{to}.{name} = {compilation.parameters.bind(field.arguments.binder(name))}"]


def _criteria(compilation: Compilation, field: Field, storage: PagedList, to: str) -> list[str]:
    text = field.arguments.read("where")
    if text is None:
        return []
    try:
        criterion = parse(text, subject=cast("Any", storage.entity), catalogue=compilation.request.catalogue)
        return [f"({compile_predicate(criterion, to, compilation.parameters)})"]
    except CriteriaError as reason:
        raise field.error("INVALID_CRITERION", str(reason), **mistake_location(reason)) from None


def mistake_location(reason: CriteriaError) -> dict[str, Any]:
    """Return the extensions of a criterion's mistake: its line, its column and the nearest known name (C4)."""
    return {"line": reason.line, "column": reason.column, "found": reason.found, "suggestion": reason.suggestion}


def _search(compilation: Compilation, field: Field, to: str) -> list[str]:
    text = field.arguments.binder("search")
    if field.arguments.read("search", by_presence) is None:
        return []
    words = compilation.parameters.bind(lambda request: _words(text(request)))
    return [f"all(word IN {words} WHERE any(known IN {to}.words WHERE known STARTS WITH word))"]


def _words(search: str) -> list[str]:
    """Return the words of a search. Raises LimitExceeded for a search that is too long."""
    if len(search) > MOST_SEARCHED:
        raise LimitExceeded("SEARCH_TOO_LONG", "`search` has too many characters", len(search), MOST_SEARCHED)
    return [one for one in _GAP.split(search.lower()) if one]


def _spell(compilation: Compilation, field: Field, to: str) -> list[str]:
    predicates = []
    current = field.arguments.read("current")
    if current is not None:
        predicates.append(("" if current else "NOT ") + CURRENT.format(n=to, at=NOW))
    if field.arguments.read("asOf", by_presence) is not None:
        at = compilation.parameters.bind(instant_binder(field, "asOf", field.arguments.binder("asOf")))
        predicates.append(CURRENT.format(n=to, at=f"datetime({{epochMillis: {at}}})"))
    return predicates


def instant_binder(field: Field, name: str, text_of: Binder) -> Binder:
    """Return a binder for an argument's epoch milliseconds. It raises GraphQLError for text that is no instant."""

    def bind(request: Request) -> int:
        text = text_of(request)
        try:
            return read_argument_instant(text)
        except ValueError as reason:
            raise field.error(DATETIME_CODE, bad_instant(name, text, reason)) from None

    return bind


def _event(compilation: Compilation, field: Field, to: str, rows: FilteredRows) -> list[str]:
    present = field.arguments.read("filter", by_keys) or ()
    parameters, arguments = compilation.parameters, field.arguments
    predicates = []
    if "names" in present:
        predicates.append(f"{to}.name IN {parameters.bind(arguments.binder('filter', 'names'))}")
    for name, sign in (("from", ">="), ("to", "<")):
        if name in present:
            at = parameters.bind(instant_binder(field, f"filter.{name}", arguments.binder("filter", name)))
            predicates.append(f"{to}.occurredAt {sign} datetime({{epochMillis: {at}}})")
    for owner in ("organisation", "person"):
        if owner in present:
            id_ = parameters.bind(arguments.binder("filter", owner))
            if rows.sources == _ALL_EVENTS:  # start at the owner rather than at all events
                rows.sources = _events_of(owner, id_)
            else:
                predicates.append(_BELONGS_TO[owner].format(to=to, id=id_))
    return predicates


def _events_of(owner: str, id_: str) -> tuple[str, ...]:
    label, patterns = _WAYS[owner]
    start = _SURVIVOR.replace("{to}", "{{to}}").format(label=label, id=id_)
    return tuple(start + pattern for pattern in patterns)


_WAYS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "organisation": (
        "Organisation",
        (
            "MATCH ({to}_owner)-[:RECORDED]->({to}:Event)",
            "MATCH ({to}_owner)<-[:IN_ORGANISATION]-(:Membership)-[:PERFORMED]->({to}:Event)",
        ),
    ),
    "person": (
        "Person",
        (
            "MATCH ({to}_owner)-[:PERFORMED]->({to}:Event)",
            "MATCH ({to}_owner)-[:HAS_MEMBERSHIP]->(:Membership)-[:PERFORMED]->({to}:Event)",
        ),
    ),
}
"""The label of each owner of events, and the patterns from the owner to its events."""
_BELONGS_TO = {
    "organisation": (
        "(EXISTS {{ MATCH ({to})<-[:RECORDED]-(:Organisation {{id: {id}}}) }} OR "
        "EXISTS {{ MATCH ({to})<-[:PERFORMED]-(:Membership)-[:IN_ORGANISATION]->(:Organisation {{id: {id}}}) }})"
    ),
    "person": (
        "(EXISTS {{ MATCH ({to})<-[:PERFORMED]-(:Person {{id: {id}}}) }} OR "
        "EXISTS {{ MATCH ({to})<-[:PERFORMED]-(:Membership)<-[:HAS_MEMBERSHIP]-(:Person {{id: {id}}}) }})"
    ),
}
