"""What narrows a list: a criterion, a search, a spell's time, an event's facts."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from api.graphql.compile.instants import milliseconds
from api.graphql.compile.observed import by_keys, by_presence
from api.graphql.compile.request import Binder, Request
from api.graphql.compile.scope import Compilation, Field, Scope, placed
from api.graphql.storage import Many, One, Page
from api.limits import LimitExceeded
from graph.criteria import CriteriaError, compile_predicate, parse

_GAP = re.compile(r"[\W_]+")
MOST_SEARCHED = 500
"""Characters of a search: every word is compared with every word of everybody."""
CURRENT = "(({n}.since IS NULL OR {n}.since <= {at}) AND ({n}.until IS NULL OR {n}.until > {at}))"
NOW = "datetime({epochMillis: $now})"
_SURVIVOR = (
    "MATCH ({to}_old:{label} {{{{id: {id}}}}}) OPTIONAL MATCH ({to}_old)-[:MERGED_INTO*1..]->({to}_new:{label}) "
    "WHERE {to}_new.mergedInto IS NULL WITH coalesce({to}_new, {to}_old) AS {to}_owner LIMIT 1 "
)


@dataclass
class Narrowed:
    """Where rows come from and what must hold of them."""

    sources: tuple[str, ...]
    holds: tuple[str, ...]


def narrow(compilation: Compilation, scope: Scope, field: Field, storage: Page, to: str) -> Narrowed:
    """The sources and conditions of a connection under the arguments given."""
    narrowed = Narrowed(storage.sources, ())
    if storage.with_organisation_events and field.arguments.known("withOrganisationEvents"):
        narrowed.sources = (*storage.sources, storage.with_organisation_events)
    holds = [placed(storage.where, scope.alias, to)] if storage.where else []
    for name in storage.filters:
        holds += _FILTERS[name](compilation, field, storage, to, narrowed)
    narrowed.holds = tuple(holds)
    return narrowed


def matching(compilation: Compilation, field: Field, storage: Many | One, to: str) -> list[str]:
    """The conditions of a short list, or of the one node that arguments choose."""
    holds = [placed(storage.where, "", to)] if isinstance(storage, Many) and storage.where else []
    for name in storage.filters:
        holds += _FILTERS[name](compilation, field, cast("Any", storage), to, Narrowed((), ()))
    return holds


def _criteria(compilation: Compilation, field: Field, storage: Page, to: str, _: Narrowed) -> list[str]:
    text = field.arguments.known("where")
    if text is None:
        return []
    try:
        criterion = parse(text, subject=cast("Any", storage.entity), catalogue=compilation.request.catalogue)
        return [f"({compile_predicate(criterion, to, compilation.parameters)})"]
    except CriteriaError as reason:
        raise criteria_error(field, reason) from None


def criteria_error(field: Field, reason: CriteriaError) -> Exception:
    """A criterion's mistake with its line, column and the nearest known name (C4)."""
    places = {"line": reason.line, "column": reason.column, "found": reason.found, "suggestion": reason.suggestion}
    return field.error("INVALID_CRITERION", str(reason), **places)


def _search(compilation: Compilation, field: Field, _: Page, to: str, __: Narrowed) -> list[str]:
    given = field.arguments.later("search")
    if field.arguments.known("search", by_presence) is None:
        return []
    words = compilation.parameters.later(lambda request: _words(given(request)))
    return [f"all(word IN {words} WHERE any(known IN {to}.words WHERE known STARTS WITH word))"]


def _words(search: str) -> list[str]:
    """The words that are looked for. Raises LimitExceeded where they are more than anybody looks for."""
    if len(search) > MOST_SEARCHED:
        raise LimitExceeded("SEARCH_TOO_LONG", "`search` has too many characters", len(search), MOST_SEARCHED)
    return [one for one in _GAP.split(search.lower()) if one]


def _spell(compilation: Compilation, field: Field, _: Page, to: str, __: Narrowed) -> list[str]:
    holds = []
    current = field.arguments.known("current")
    if current is not None:
        holds.append(("" if current else "NOT ") + CURRENT.format(n=to, at=NOW))
    if field.arguments.known("asOf", by_presence) is not None:
        at = compilation.parameters.later(instant(field, "asOf", field.arguments.later("asOf")))
        holds.append(CURRENT.format(n=to, at=f"datetime({{epochMillis: {at}}})"))
    return holds


def instant(field: Field, name: str, given: Binder) -> Binder:
    """Epoch milliseconds of an argument; the error for text that is no instant names it."""

    def bind(request: Request) -> int:
        text = given(request)
        try:
            return milliseconds(text)
        except ValueError as reason:
            raise field.error("BAD_DATETIME", f"`{name}` is {text!r}, which {reason}.") from None

    return bind


def _event(compilation: Compilation, field: Field, storage: Page, to: str, narrowed: Narrowed) -> list[str]:
    given = field.arguments.known("filter", by_keys) or ()
    bound = compilation.parameters
    holds = []
    if "names" in given:
        holds.append(f"{to}.name IN {bound.later(field.arguments.later('filter', 'names'))}")
    for name, sign in (("from", ">="), ("to", "<")):
        if name in given:
            at = bound.later(instant(field, f"filter.{name}", field.arguments.later("filter", name)))
            holds.append(f"{to}.occurredAt {sign} datetime({{epochMillis: {at}}})")
    owners = [name for name in ("organisation", "person") if name in given]
    everybody = storage.sources == ("MATCH ({to}:Event)",)
    for position, name in enumerate(owners):
        id_ = bound.later(field.arguments.later("filter", name))
        if everybody and position == 0:
            narrowed.sources = _events_of(name, id_)
        else:
            holds.append(_BELONGS[name].format(to=to, id=id_))
    return holds


def _events_of(owner: str, id_: str) -> tuple[str, ...]:
    label, ways = _WAYS[owner]
    start = _SURVIVOR.replace("{to}", "{{to}}").format(label=label, id=id_)
    return tuple(start + way for way in ways)


_WAYS = {
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
_BELONGS = {
    "organisation": (
        "(EXISTS {{ MATCH ({to})<-[:RECORDED]-(:Organisation {{id: {id}}}) }} OR "
        "EXISTS {{ MATCH ({to})<-[:PERFORMED]-(:Membership)-[:IN_ORGANISATION]->(:Organisation {{id: {id}}}) }})"
    ),
    "person": (
        "(EXISTS {{ MATCH ({to})<-[:PERFORMED]-(:Person {{id: {id}}}) }} OR "
        "EXISTS {{ MATCH ({to})<-[:PERFORMED]-(:Membership)<-[:HAS_MEMBERSHIP]-(:Person {{id: {id}}}) }})"
    ),
}


def _same(property_: str, argument: str) -> Callable[..., list[str]]:
    def holds(compilation: Compilation, field: Field, _: Page, to: str, __: Narrowed) -> list[str]:
        if field.arguments.known(argument, by_presence) is None:
            return []
        return [f"{to}.{property_} = {compilation.parameters.later(field.arguments.later(argument))}"]

    return holds


_FILTERS: dict[str, Callable[..., list[str]]] = {
    "criteria": _criteria,
    "search": _search,
    "spell": _spell,
    "event": _event,
    "code": _same("code", "code"),
    "entity": _same("entity", "entity"),
    "key": _same("key", "key"),
    "stage": _same("stage", "stage"),
}
