"""The history of an attribute of one person, organisation or membership, from the statements of sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import msgspec
import orjson

import queries
from graph.attributes.catalogue import COMPUTED, Catalogue, Definition, load_catalogue
from graph.attributes.history import HeldValue, ValueRun, held_values, run_from, statements_of
from graph.attributes.placeholders import is_unholdable
from graph.attributes.types import fitted
from graph.errors import UserMistake
from graph.memberships.content import content
from graph.memberships.spells import MembershipStatement, Spell, spells
from graph.references import resolve_reference
from graph.schema.vocabulary import recalled_names

if TYPE_CHECKING:
    from graph.engine import Graph

__all__ = [
    "Entity",
    "History",
    "attribute_history",
    "attribute_values",
    "is_remembered",
    "kept_since",
    "membership_values",
    "remembered",
]

Entity = Literal["person", "organisation", "membership"]
Record = Sequence[Any]
"""The record of one source about a person or organisation: the source, its attributes and its past, as stored."""
_REMEMBERED = ("person", "organisation", "membership")
"""Entities of which the past is kept; an event says what it says once."""
_STATEMENTS = {"person": "people", "organisation": "organisations"}
_statements = msgspec.json.Decoder(list[MembershipStatement])


@dataclass(frozen=True)
class History:
    """The values of an attribute in time order, in its type. Before the first, no value was known.

    `kept_since` (epoch milliseconds) is set in a graph that is older than the keeping of history.
    Values that were superseded before are not known.
    """

    values: tuple[HeldValue, ...]
    kept_since: int | None = None

    def between(self, since: int | None, until: int | None) -> list[tuple[HeldValue, int | None]]:
        """Return the values that held at some instant from `since` to `until`, both included, each with its end (None: still)."""
        ends = [*(value.since for value in self.values[1:]), None]
        return [
            (value, end)
            for value, end in zip(self.values, ends, strict=False)
            if (until is None or value.since <= until) and (since is None or end is None or end > since)
        ]


async def attribute_history(graph: Graph, entity: str, id: str, name: str) -> History:
    """Return the history of an attribute of one node, by the statements of sources. Raises UserMistake.

    The old id of a merged node is accepted: statements follow the identities that they are about (I4).
    """
    catalogue = await load_catalogue(graph)
    definition = remembered(catalogue, entity, name)
    if entity == "membership":
        values = await _values_of_membership(graph, id, definition, catalogue)
    else:
        known = await resolve_reference(graph, "person" if entity == "person" else "organisation", id, "of", by_id=True)
        rows = await graph.query(queries.text(f"history/{_STATEMENTS[entity]}"), {"ids": [known]})
        values = attribute_values(rows[0]["records"], definition)
    return History(tuple(values), await kept_since(graph))


async def kept_since(graph: Graph) -> int | None:
    """Return since when superseded values are kept, in epoch milliseconds; None where they always were."""
    rows = await graph.query(queries.text("history/kept"), {})
    return rows[0]["since"] if rows else None


def remembered(catalogue: Catalogue, entity: str, name: str) -> Definition:
    """Return the attribute of that name, if its history is kept. Raises UserMistake."""
    if entity not in _REMEMBERED:
        raise UserMistake("UNKNOWN_ENTITY", "entity is person, organisation or membership", "entity")
    known = catalogue.find(entity, name)
    if known is None:
        nearest = catalogue.nearest(entity, name)
        hint = f"Did you mean {nearest!r}?" if nearest else None
        raise UserMistake("UNKNOWN_ATTRIBUTE", f"No {entity} has an attribute {name!r}.", "attribute", hint=hint)
    if not is_remembered(known):
        hint = f"Of the {entity}'s own there is a history of {', '.join(sorted(recalled_names(entity)))}; of the rest, of what sources tell."
        raise UserMistake(
            "NO_HISTORY", f"{known.name!r} is {known.origin}: its past is not kept.", "attribute", hint=hint
        )
    return known


def is_remembered(definition: Definition) -> bool:
    """Return whether sources state the attribute, so that its past is known from their statements."""
    if definition.origin == "built_in":
        return definition.name in recalled_names(definition.entity)
    return definition.origin not in COMPUTED


def attribute_values(records: Iterable[Record], definition: Definition) -> list[HeldValue]:
    """Return the values of one attribute of a person or organisation in time order, from all records about it."""
    words = [
        word
        for source, attributes, past in records
        for word in statements_of(source, _runs(definition.name, attributes, past))
    ]
    words = [word._replace(value=None) if is_unholdable(word.value, definition.type) else word for word in words]
    return [step._replace(value=_typed(step.value, definition)) for step in held_values(words, definition.sources)]


def _runs(name: str, attributes: str | None, past: Sequence[str] | None) -> Iterable[ValueRun]:
    entry = orjson.loads(attributes).get(name) if attributes else None
    if entry is not None:
        yield ValueRun(entry[-1] if len(entry) > 2 else entry[0], entry[0], entry[1])
        yield from (run for of, run in map(run_from, past or ()) if of == name)


def _typed(value: Any, definition: Definition) -> Any:
    return None if value is None else fitted(value, definition.type)


# ---------------------------------------------------------------- memberships


async def _values_of_membership(graph: Graph, id: str, definition: Definition, catalogue: Catalogue) -> list[HeldValue]:
    rows = await graph.query(queries.text("history/memberships"), {"ids": [id]})
    if not rows:
        raise UserMistake("NOT_FOUND", f"There is no membership {id!r}.", "of")
    (row,) = rows
    statements = [each for text in row["statements"] if text for each in _statements.decode(text)]
    orders = {each.name: each.sources for each in catalogue.definitions if each.entity == "membership"}
    found = spells(statements, orders.get("until", ()))
    spell = next((each for each in found if (each.since, each.until) == (row["since"], row["until"])), None)
    return [] if spell is None else membership_values(spell, definition, orders)


def membership_values(spell: Spell, definition: Definition, orders: Mapping[str, Sequence[str]]) -> list[HeldValue]:
    """Return the values of one attribute of a membership in time order, from the statements about it (M2).

    The first statement of an interval holds from its beginning, later statements from their own time.
    """
    started = sorted(_statement_starts(spell), key=lambda each: each[0])
    found: list[HeldValue] = []
    for since in dict.fromkeys(since for since, _ in started):
        statements = [each for at, each in started if at <= since]
        value, source = _value_of(Spell(spell.since, spell.until, statements), definition, orders)
        now = HeldValue(since, _typed(value, definition), source)
        if value is None and not found:
            continue
        if not found or (found[-1].value, found[-1].source) != (now.value, now.source):
            found.append(now)
    return found


def _statement_starts(spell: Spell) -> Iterable[tuple[int, MembershipStatement]]:
    """Yield each statement of a spell, with the instant from which it holds."""
    first = min(spell.statements, key=lambda each: each.at)
    for each in spell.statements:
        if spell.since is None:
            yield each.at, each
        elif each is first and not each.observes:
            yield spell.since, each
        else:
            yield max(each.at, spell.since), each


def _value_of(spell: Spell, definition: Definition, orders: Mapping[str, Sequence[str]]) -> tuple[Any, str | None]:
    """The value and its source. Roles and stage, which several sources state together, have no single source."""
    membership = content(spell, orders, {definition.name: definition.type})
    if definition.origin == "built_in":
        built_in = {
            "role": membership.roles[0] if membership.roles else None,
            "roles": membership.roles or None,
            "stage": membership.stage,
        }
        return built_in[definition.name], None
    stated = membership.attributes.get(definition.name)
    return (None, None) if stated is None else (stated.value, stated.source)
