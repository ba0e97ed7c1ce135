"""The uses of an attribute by roll-ups, calculated attributes, stages and objectives. One in use can't be removed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import queries
from graph.attributes.catalogue import Catalogue, Definition, definitions, load_catalogue
from graph.calculated.definition import calculated_attribute
from graph.criteria import CriteriaError, Subject, mentioned, parse, parse_formula
from graph.errors import UserMistake
from graph.journey.definitions.definition import Stage
from graph.journey.definitions.stored import Library, load_library, read_library
from graph.rollups.checking import target_of
from graph.rollups.rollup import RollUp

if TYPE_CHECKING:
    from graph.engine import Graph, Transaction

__all__ = ["Use", "attribute_uses", "inhabited", "refuse_used", "uses"]

Kind = Literal["ROLL_UP", "CALCULATED", "STAGE", "OBJECTIVE"]
_WORDS: Mapping[Kind, str] = {
    "ROLL_UP": "roll-up",
    "CALCULATED": "calculated attribute",
    "STAGE": "stage",
    "OBJECTIVE": "objective",
}


@dataclass(frozen=True)
class Use:
    """One use of an attribute: the user's kind, its name or key, the part of it, the words there, and its entity."""

    kind: Kind
    name: str
    part: str
    text: str
    entity: str = "organisation"

    def __str__(self) -> str:
        prefix = "" if self.entity == "organisation" else f"{self.entity} "
        return f"{prefix}{_WORDS[self.kind]} {self.name} ({self.part})"


@dataclass(frozen=True)
class _Place:
    """A place that may name attributes. `subject` is the subject of its words."""

    use: Use
    subject: Subject
    formula: bool = False


async def attribute_uses(graph: Graph, entity: str, name: str) -> list[Use]:
    """Return the uses of an attribute. Raises UserMistake where there is no such attribute."""
    catalogue = await load_catalogue(graph)
    found = catalogue.find(entity, name) if entity in ("person", "organisation", "membership", "event") else None
    if found is None:
        raise _unknown(entity, name, catalogue)
    rows = await graph.query(queries.text("journey/inhabited"), {})
    return uses(found, catalogue, await load_library(graph), _versions(rows))


async def inhabited(transaction: Transaction) -> set[tuple[str, int]]:
    """Return the versions of stages, by key and number, that hold open stays."""
    return _versions(await transaction.rows(queries.text("journey/inhabited"), {}))


def _versions(rows: Iterable[Mapping[str, Any]]) -> set[tuple[str, int]]:
    return {(row["stage"], row["version"]) for row in rows}


async def refuse_used(transaction: Transaction, entity: str, name: str) -> None:
    """Check that nothing uses an attribute, so that it can be removed. Raises UserMistake that names the uses."""
    catalogue = Catalogue(tuple(definitions(await transaction.rows(queries.text("catalogue/all"), {}))))
    found = catalogue.find(entity, name)
    if found is None:
        return
    used = uses(found, catalogue, await read_library(transaction), await inhabited(transaction))
    if used:
        problem = f"{found.name!r} is used by {', '.join(str(each) for each in used)}."
        raise UserMistake("IN_USE", problem, "attribute", hint="Change or remove those first.")


def uses(
    attribute: Definition, catalogue: Catalogue, library: Library, versions: Iterable[tuple[str, int]] = ()
) -> list[Use]:
    """Return the uses of an attribute, in order. Archived stages use nothing.

    `versions` are earlier versions of stages (by key and number) that hold open stays.
    """
    found = [use for each in catalogue.definitions if (use := _aggregated(each, attribute, catalogue)) is not None]
    places = [*_attribute_places(catalogue), *_stage_places(library, frozenset(versions))]
    found += [each.use for each in places if _names(each, attribute, catalogue)]
    return sorted(found, key=lambda use: (use.kind, use.name, use.part, use.entity))


def _unknown(entity: str, name: str, catalogue: Catalogue) -> UserMistake:
    if entity not in ("person", "organisation", "membership", "event"):
        return UserMistake("UNKNOWN_ENTITY", "entity is person, organisation, membership or event", "entity")
    nearest = catalogue.nearest(entity, name)
    hint = f"did you mean {nearest!r}?" if nearest else None
    return UserMistake("UNKNOWN_ATTRIBUTE", f"no {entity} has an attribute {name!r}.", "attribute", hint=hint)


def _aggregated(definition: Definition, attribute: Definition, catalogue: Catalogue) -> Use | None:
    """The use by a roll-up that aggregates the attribute itself."""
    if definition.roll_up is None:
        return None
    roll_up = RollUp.from_json(json.loads(definition.roll_up))
    try:
        target = target_of(roll_up, catalogue)
    except UserMistake:
        return None
    if target is None or not _same(target.definition, attribute):
        return None
    return Use("ROLL_UP", definition.name, "attribute", roll_up.attribute or "", definition.entity)


def _same(one: Definition, other: Definition) -> bool:
    return (one.entity, one.property) == (other.entity, other.property)


def _names(place: _Place, attribute: Definition, catalogue: Catalogue) -> bool:
    """Return whether a place names the attribute. A place that makes no sense any more names nothing."""
    try:
        if place.formula:
            part: Any = parse_formula(place.use.text, subject=place.subject, catalogue=catalogue)
        else:
            part = parse(place.use.text, subject=place.subject, catalogue=catalogue).root
    except CriteriaError:
        return False
    return any(_same(each.definition, attribute) for each in mentioned(part))


def _attribute_places(catalogue: Catalogue) -> Iterator[_Place]:
    for each in catalogue.definitions:
        if each.roll_up is not None:
            roll_up = RollUp.from_json(json.loads(each.roll_up))
            if roll_up.where is not None:
                yield _Place(Use("ROLL_UP", each.name, "where", roll_up.where, each.entity), "membership")
            if roll_up.event_where is not None:
                yield _Place(Use("ROLL_UP", each.name, "eventWhere", roll_up.event_where, each.entity), "event")
        about: Subject = each.entity  # type: ignore[assignment]
        if each.formula is not None:
            yield _Place(Use("CALCULATED", each.name, "formula", each.formula, about), about, formula=True)
        if each.score is not None:
            for rule in calculated_attribute(each).score:
                yield _Place(Use("CALCULATED", each.name, f"rule {rule.name}", rule.criterion, about), about)


def _stage_places(library: Library, versions: frozenset[tuple[str, int]]) -> Iterator[_Place]:
    for stage in library.stages:
        if stage.status == "ARCHIVED":
            continue
        yield from _places_of_stage(stage, "")
        for (key, number), kept in library.versions.items():
            if key == stage.key and (key, number) in versions and number != stage.version:
                yield from _places_of_stage(stage.for_stay(kept), f" of version {number}")


def _places_of_stage(stage: Stage, version: str) -> Iterator[_Place]:
    texts = {
        "entry": stage.entry,
        "exit.criteria": stage.exit.criteria,
        "exit.completedWhen": stage.exit.completed_when,
    }
    for part, text in texts.items():
        if text is not None:
            yield _Place(Use("STAGE", stage.key, part + version, text), "organisation")
    for each in stage.objectives:
        for part, text in (("criteria", each.criteria), ("appliesTo", each.applies_to)):
            if text is not None:
                yield _Place(Use("OBJECTIVE", each.key, part + version, text), "organisation")
