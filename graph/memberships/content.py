"""The content of one spell: roles, stage, primary, attributes and origin, each by its source's rank (M1, M2, M6, F4)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import UNSET, Struct
from msgspec.structs import replace

from graph.attributes.placeholders import without_placeholders
from graph.attributes.precedence import SourceValue, newer, rank, winner
from graph.memberships.spells import MembershipStatement, Spell, end_of

ACTIVITY = "activity"
"""Origin of a membership that only events have shown (M5)."""
EXPLICIT = "explicit"
"""Origin of a membership that the API or a person stated without naming a source."""
_OWN_SOURCES = {"api": EXPLICIT, "hand": EXPLICIT}
Orders = Mapping[str, Sequence[str]]


class Content(Struct, gc=False):
    """The properties of a membership that follow from its statements.

    `claim` ranks its claim to be primary; None is no claim.
    """

    roles: list[str]
    stage: str | None
    origin: str
    claim: tuple[int, int, int] | None
    attributes: dict[str, SourceValue]


def content(spell: Spell, orders: Orders, kinds: Mapping[str, str] | None = None) -> Content:
    """Return the content of a spell. `orders` holds the order of sources for each field and attribute.

    `kinds` are types of attributes; a value that its type cannot hold is no value (F5).
    """
    if kinds and any(not kinds.keys().isdisjoint(each.values) for each in spell.statements):
        spell = replace(spell, statements=[_without_placeholders(each, kinds) for each in spell.statements])
    if len(spell.statements) == 1:
        return _single_statement_content(spell, spell.statements[0], orders)
    by_source = _newest(spell.statements)
    return Content(
        _roles(by_source, orders.get("role", ())),
        _one(by_source, "stage", orders.get("stage", ())),
        _origin(spell.statements, orders.get("until", ())),
        _claim(spell, by_source, orders.get("primary", ())),
        _attributes(by_source, orders),
    )


def _without_placeholders(statement: MembershipStatement, kinds: Mapping[str, str]) -> MembershipStatement:
    return replace(statement, values=without_placeholders(statement.values, kinds))


def _single_statement_content(spell: Spell, only: MembershipStatement, orders: Orders) -> Content:
    """Return the content of a spell with one statement, as nearly all are, without weighing sources."""
    return Content(
        list(dict.fromkeys(only.roles)) if isinstance(only.roles, tuple) else [],
        only.stage if isinstance(only.stage, str) else None,
        _OWN_SOURCES.get(only.source, only.source),
        (rank(only.source, orders.get("primary", ())), -end_of(spell), -only.at) if only.primary is True else None,
        {name: SourceValue(only.at, value, only.source) for name, value in only.values.items() if value is not None},
    )


def _newest(statements: Iterable[MembershipStatement]) -> dict[str, dict[str, tuple[int, Any]]]:
    """Return by source and field the newest (time, value). An absent field says nothing (F4)."""
    by_source: dict[str, dict[str, tuple[int, Any]]] = {}
    for each in statements:
        newest = by_source.setdefault(each.source, {})
        for name, value in _fields(each):
            entry = (each.at, value)
            if name not in newest or newer(entry, newest[name]):
                newest[name] = entry
    return by_source


def _fields(each: MembershipStatement) -> Iterable[tuple[str, Any]]:
    if each.roles is not UNSET:
        yield "roles", list(each.roles) if each.roles is not None else None
    if each.primary is not UNSET:
        yield "primary", each.primary
    if each.stage is not UNSET:
        yield "stage", each.stage
    for name, value in each.values.items():
        yield "." + name, value


def _ranked(by_source: Mapping[str, Any], order: Sequence[str]) -> list[str]:
    if len(by_source) == 1:
        return list(by_source)
    return sorted(by_source, key=lambda source: (rank(source, order), source))


def _roles(by_source: Mapping[str, Mapping[str, tuple[int, Any]]], order: Sequence[str]) -> list[str]:
    """Return all sources' roles, the strongest source's first, each role once."""
    stated = (by_source[source].get("roles") for source in _ranked(by_source, order))
    return list(dict.fromkeys(role for entry in stated if entry and entry[1] for role in entry[1]))


def _one(by_source: Mapping[str, Mapping[str, tuple[int, Any]]], name: str, order: Sequence[str]) -> Any:
    values = (SourceValue(*each[name], source) for source, each in by_source.items() if name in each)
    best = winner(values, order)
    return best.value if best else None


def _attributes(by_source: Mapping[str, Mapping[str, tuple[int, Any]]], orders: Orders) -> dict[str, SourceValue]:
    values: dict[str, list[SourceValue]] = {}
    for source, fields in by_source.items():
        for name, entry in fields.items():
            if name[0] == ".":
                values.setdefault(name[1:], []).append(SourceValue(*entry, source))
    found = {name: winner(each, orders.get(name, ())) for name, each in values.items()}
    return {name: best for name, best in found.items() if best is not None}


def _origin(statements: Iterable[MembershipStatement], order: Sequence[str]) -> str:
    """Return the strongest source of a membership, ties by name; `explicit` for the API and people themselves."""
    sources = {each.source for each in statements}
    source = min(sources, key=lambda name: (rank(name, order), name)) if len(sources) > 1 else next(iter(sources))
    return _OWN_SOURCES.get(source, source)


def _claim(
    spell: Spell, by_source: Mapping[str, Mapping[str, tuple[int, Any]]], order: Sequence[str]
) -> tuple[int, int, int] | None:
    """Return the strength of a claim, smaller is stronger: by the source's rank, the latest end, the newest statement (M6)."""
    claims = [
        (rank(s, order), -each["primary"][0])
        for s, each in by_source.items()
        if each.get("primary", (0, None))[1] is True
    ]
    if not claims:
        return None
    best = min(claims)
    return best[0], -end_of(spell), best[1]
