"""Defines, changes and removes calculated attributes. Every definition is checked before it is stored."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, get_args

import queries
from graph.attributes.catalogue import Catalogue, definitions, load_catalogue
from graph.attributes.grounding import ground
from graph.attributes.names import normalise
from graph.calculated.computing_order import computed_last, computed_later
from graph.calculated.definition import Calculated, Holder, Rule, calculated_attribute, cycle, holder
from graph.clock import epoch_ms
from graph.computed.free_names import check_name
from graph.computed.removal import finish_removal, mark_removed
from graph.computed.roll_ups import remove_roll_up
from graph.computed.uses import inhabited, refuse_used, uses
from graph.criteria import CriteriaError, parse, parse_formula
from graph.errors import UserMistake
from graph.journey.definitions.checking import refuse_circle
from graph.journey.definitions.stored import Library, read_library
from graph.writer.locks import wait_for_writers

if TYPE_CHECKING:
    from graph.clock import Clock
    from graph.engine import Graph, Transaction

__all__ = ["check_calculated", "define_calculated", "list_calculated", "remove_attribute", "remove_calculated"]

_MOST_RULES = 100


async def define_calculated(graph: Graph, clock: Clock, calculated: Calculated) -> None:
    """Store a calculated attribute, or change the one of that name. The evaluator computes its values.

    Raises UserMistake; `field` is `name`, `formula` or `score`.
    """
    definition = calculated.definition
    given = {
        "key": calculated.key,
        "entity": calculated.entity,
        "name": definition.name,
        "description": calculated.description,
        "spelling": calculated.name,
        "formula": definition.formula,
        "score": definition.score,
        "now": epoch_ms(clock.now()),
    }

    async def work(transaction: Transaction) -> None:
        if calculated.entity == "person":
            await wait_for_writers(graph, transaction)
        # First the lock that evaluators take: definitions stay as they are read here, and two cannot make a cycle together.
        await transaction.execute(queries.text("rollups/revise"), {})
        rows = await transaction.rows(queries.text("catalogue/all"), {})
        library, versions = await read_library(transaction), await inhabited(transaction)
        check_calculated(calculated, Catalogue(tuple(definitions(rows))), library, versions)
        await transaction.execute(queries.text("calculated/define"), given)
        await ground(transaction, [definition.property])

    await graph.write(work)


async def remove_calculated(graph: Graph, clock: Clock, name: str, entity: Holder = "organisation") -> bool:
    """Remove a calculated attribute and its values; return False where there is none of that name.

    Raises UserMistake where something uses it.
    """
    removed, now = Calculated(name, entity=entity), epoch_ms(clock.now())

    async def work(transaction: Transaction) -> bool:
        await transaction.execute(queries.text("rollups/revise"), {})
        is_marked = await mark_removed(transaction, removed.key, "calculated", now)
        if is_marked:
            await refuse_used(transaction, removed.entity, name)
        return is_marked

    was_found = await graph.write(work)
    if was_found:
        await finish_removal(graph, removed)
    return was_found


async def remove_attribute(graph: Graph, clock: Clock, entity: str, name: str) -> None:
    """Remove a stored roll-up or a calculated attribute, with its values. Raises UserMistake; `field` is `attribute`."""
    catalogue = await load_catalogue(graph)
    held_by = holder(entity)
    known = catalogue.find(held_by, name)
    if known is None:
        nearest = catalogue.nearest(entity, name)
        hint = f"did you mean {nearest!r}?" if nearest else None
        raise UserMistake("UNKNOWN_ATTRIBUTE", f"no {entity} has an attribute {name!r}.", "attribute", hint=hint)
    if known.origin == "calculated":
        await remove_calculated(graph, clock, known.name, held_by)
    elif known.origin == "rolled_up":
        await remove_roll_up(graph, clock, held_by, known.name)
    else:
        problem = f"{known.name!r} is {known.origin}; only roll-ups and calculated attributes can be removed"
        raise UserMistake("NOT_REMOVABLE", problem, "attribute")


async def list_calculated(graph: Graph) -> list[Calculated]:
    """Return every calculated attribute, by name."""
    return _known(await load_catalogue(graph))


def check_calculated(
    calculated: Calculated,
    catalogue: Catalogue,
    library: Library | None = None,
    versions: Iterable[tuple[str, int]] = (),
) -> None:
    """Check a calculated attribute against the others and against stages. `versions` are those with open stays.

    Raises UserMistake.
    """
    check_name(calculated.entity, calculated.name, "calculated", catalogue)
    if (calculated.formula is None) == (not calculated.score):
        problem = "a calculated attribute is worked out by a formula, or else by the rules of a score"
        raise UserMistake("INVALID_CALCULATION", f"{problem}; give one of them", "formula")
    # The check knows the attribute itself, so that the message for one that reads itself says so.
    own = calculated.definition
    others = (each for each in catalogue.definitions if (each.entity, each.name) != (own.entity, own.name))
    catalogue = Catalogue((*others, own))
    if calculated.formula is not None:
        _check_formula(calculated.formula, calculated.entity, catalogue)
    _check_score(calculated, catalogue)
    field = "score" if calculated.score else "formula"
    _refuse_cycle(calculated, catalogue, field)
    library = library or Library(())
    for stage in library.stages:
        if stage.status != "ARCHIVED":
            refuse_circle(stage, own, field, catalogue)
    _refuse_early_reads(catalogue, library, versions, field)


def _check_formula(formula: str, entity: Holder, catalogue: Catalogue) -> None:
    try:
        parse_formula(formula, subject=entity, catalogue=catalogue)
    except CriteriaError as error:
        error.field = "formula"
        raise


def _check_score(calculated: Calculated, catalogue: Catalogue) -> None:
    rules = calculated.score
    if len(rules) > _MOST_RULES:
        raise UserMistake("INVALID_SCORE", f"a score has at most {_MOST_RULES} rules, found {len(rules)}", "score")
    names = [each.name.strip() for each in rules]
    for i, each in enumerate(rules):
        _check_rule(each, f"score.{i}", calculated.entity, catalogue)
        if names[i] in names[:i]:
            raise UserMistake("INVALID_SCORE", f"two rules are called {names[i]!r}", f"score.{i}.name")


def _check_rule(rule: Rule, field: str, entity: Holder, catalogue: Catalogue) -> None:
    if not rule.name.strip():
        raise UserMistake("INVALID_SCORE", "a rule needs a name, by which people see that it holds", f"{field}.name")
    if not math.isfinite(rule.weight) or not 0 < rule.weight <= 1_000_000:
        problem = f"a weight is a number above 0 and at most 1000000, found {rule.weight}"
        raise UserMistake("INVALID_SCORE", problem, f"{field}.weight")
    try:
        parse(rule.criterion, subject=entity, catalogue=catalogue)
    except CriteriaError as error:
        error.field = f"{field}.criterion"
        raise


def _refuse_cycle(calculated: Calculated, catalogue: Catalogue, field: str) -> None:
    found = cycle(_known(catalogue), catalogue)
    if found:
        problem = f"{normalise(calculated.name)!r} would depend on itself: {' reads '.join(found)}"
        raise UserMistake("DEPENDS_ON_ITSELF", problem, field)


def _refuse_early_reads(
    catalogue: Catalogue, library: Library, versions: Iterable[tuple[str, int]], field: str
) -> None:
    """Check that attributes of organisations and stages read nothing that is computed after them."""
    versions = list(versions)
    for name, reason in computed_last(catalogue).items():
        attribute = catalogue.find(*name)
        used = uses(attribute, catalogue, library, versions) if attribute else []
        early = [str(each) for each in used if each.entity == "organisation"]
        if early:
            raise computed_later(name, reason, f"{', '.join(early)} can't read it", field)


def _known(catalogue: Catalogue) -> list[Calculated]:
    return [
        calculated_attribute(each)
        for entity in get_args(Holder)
        for each in catalogue.attributes_of(entity)
        if each.origin == "calculated"
    ]
