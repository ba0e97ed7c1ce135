"""The history of an attribute of one person, organisation or membership, read from what sources said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import msgspec
import orjson

import queries
from graph.attributes.catalogue import COMPUTED, Catalogue, Definition, load_catalogue
from graph.attributes.history import HeldValue, Run, held_values, run_from, statements_of
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
    "is_remembered",
    "kept_since",
    "remembered",
    "steps_in",
    "steps_of",
]

Entity = Literal["person", "organisation", "membership"]
Record = Sequence[Any]
"""What one source said of a person or organisation: the source, its attributes and its past, as they are stored."""
_REMEMBERED = ("person", "organisation", "membership")
"""Entities of which the past is kept; an event says what it says once."""
_STATEMENTS = {"person": "people", "organisation": "organisations"}
_statements = msgspec.json.Decoder(list[MembershipStatement])


@dataclass(frozen=True)
class History:
    """The values that held one after the other, as the attribute's type has them; before the first nothing was known.

    `kept_since` (epoch milliseconds): in a graph that is older than the keeping of history, what was superseded before
    is not known; None where all was kept.
    """

    steps: tuple[HeldValue, ...]
    kept_since: int | None = None

    def between(self, since: int | None, until: int | None) -> list[tuple[HeldValue, int | None]]:
        """The values that held at some instant from `since` to `until`, both included, and until when each did (None: still)."""
        ends = [*(step.since for step in self.steps[1:]), None]
        return [
            (step, end)
            for step, end in zip(self.steps, ends, strict=False)
            if (until is None or step.since <= until) and (since is None or end is None or end > since)
        ]


async def attribute_history(graph: Graph, entity: str, id: str, name: str) -> History:
    """What an attribute of somebody was when, by what sources said of it. Raises UserMistake.

    An old id of what was merged is good, too: what was said follows the identities it was said of (I4).
    """
    catalogue = await load_catalogue(graph)
    definition = remembered(catalogue, entity, name)
    if entity == "membership":
        steps = await _of_membership(graph, id, definition, catalogue)
    else:
        known = await resolve_reference(graph, "person" if entity == "person" else "organisation", id, "of", by_id=True)
        rows = await graph.query(queries.text(f"history/{_STATEMENTS[entity]}"), {"ids": [known]})
        steps = steps_of(rows[0]["records"], definition)
    return History(tuple(steps), await kept_since(graph))


async def kept_since(graph: Graph) -> int | None:
    """Since when superseded values are kept, in a graph that is older than their keeping; None where they always were."""
    rows = await graph.query(queries.text("history/kept"), {})
    return rows[0]["since"] if rows else None


def remembered(catalogue: Catalogue, entity: str, name: str) -> Definition:
    """The attribute of that name, if its history is kept. Raises UserMistake."""
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
    """Whether sources tell the attribute, so that its past is known from what they said."""
    if definition.origin == "built_in":
        return definition.name in recalled_names(definition.entity)
    return definition.origin not in COMPUTED


def steps_of(records: Iterable[Record], definition: Definition) -> list[HeldValue]:
    """The values of one attribute of a person or organisation, by all records about it."""
    words = [
        word
        for source, attributes, past in records
        for word in statements_of(source, _runs(definition.name, attributes, past))
    ]
    words = [word._replace(value=None) if is_unholdable(word.value, definition.type) else word for word in words]
    return [step._replace(value=_typed(step.value, definition)) for step in held_values(words, definition.sources)]


def _runs(name: str, attributes: str | None, past: Sequence[str] | None) -> Iterable[Run]:
    entry = orjson.loads(attributes).get(name) if attributes else None
    if entry is not None:
        yield Run(entry[-1] if len(entry) > 2 else entry[0], entry[0], entry[1])
        yield from (run for of, run in map(run_from, past or ()) if of == name)


def _typed(value: Any, definition: Definition) -> Any:
    return None if value is None else fitted(value, definition.type)


# ---------------------------------------------------------------- memberships


async def _of_membership(graph: Graph, id: str, definition: Definition, catalogue: Catalogue) -> list[HeldValue]:
    rows = await graph.query(queries.text("history/memberships"), {"ids": [id]})
    if not rows:
        raise UserMistake("NOT_FOUND", f"There is no membership {id!r}.", "of")
    (row,) = rows
    said = [each for text in row["statements"] if text for each in _statements.decode(text)]
    orders = {each.name: each.sources for each in catalogue.definitions if each.entity == "membership"}
    found = spells(said, orders.get("until", ()))
    spell = next((each for each in found if (each.since, each.until) == (row["since"], row["until"])), None)
    return [] if spell is None else steps_in(spell, definition, orders)


def steps_in(spell: Spell, definition: Definition, orders: Mapping[str, Sequence[str]]) -> list[HeldValue]:
    """The values of one attribute of a membership, by what was said up to each instant at which something was (M2).

    What is said first, of an interval, holds from the beginning; what is said later, from when it was said.
    """
    told = sorted(_told_from(spell), key=lambda each: each[0])
    found: list[HeldValue] = []
    for since in dict.fromkeys(since for since, _ in told):
        said = [each for at, each in told if at <= since]
        value, source = _told_there(Spell(spell.since, spell.until, said), definition, orders)
        now = HeldValue(since, _typed(value, definition), source)
        if value is None and not found:
            continue
        if not found or (found[-1].value, found[-1].source) != (now.value, now.source):
            found.append(now)
    return found


def _told_from(spell: Spell) -> Iterable[tuple[int, MembershipStatement]]:
    """From when what each statement says of a spell holds."""
    first = min(spell.statements, key=lambda each: each.at)
    for each in spell.statements:
        if spell.since is None:
            yield each.at, each
        elif each is first and not each.observes:
            yield spell.since, each
        else:
            yield max(each.at, spell.since), each


def _told_there(spell: Spell, definition: Definition, orders: Mapping[str, Sequence[str]]) -> tuple[Any, str | None]:
    """The value and its source; of roles and stage, which several sources tell together, there is no one source."""
    what = content(spell, orders, {definition.name: definition.type})
    if definition.origin == "built_in":
        ours = {"role": what.roles[0] if what.roles else None, "roles": what.roles or None, "stage": what.stage}
        return ours[definition.name], None
    said = what.attributes.get(definition.name)
    return (None, None) if said is None else (said.value, said.source)
