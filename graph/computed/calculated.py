"""Calculated attributes defined, changed and removed; every definition is checked before it is stored."""

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
    """Store a calculated attribute, or change the one of that name; the evaluator fills it in.

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
        # First the lock that evaluators take: what is read here stays so, and two definitions make no circle together.
        await transaction.execute(queries.text("rollups/revise"), {})
        rows = await transaction.rows(queries.text("catalogue/all"), {})
        library, versions = await read_library(transaction), await inhabited(transaction)
        check_calculated(calculated, Catalogue(tuple(definitions(rows))), library, versions)
        await transaction.execute(queries.text("calculated/define"), given)
        await ground(transaction, [definition.property])

    await graph.write(work)


async def remove_calculated(graph: Graph, clock: Clock, name: str, entity: Holder = "organisation") -> bool:
    """Remove a calculated attribute and its values; false where there is none of that name.

    Raises UserMistake where something uses it.
    """
    gone, now = Calculated(name, entity=entity), epoch_ms(clock.now())

    async def work(transaction: Transaction) -> bool:
        await transaction.execute(queries.text("rollups/revise"), {})
        marked = await mark_removed(transaction, gone.key, "calculated", now)
        if marked:
            await refuse_used(transaction, gone.entity, name)
        return marked

    removed = await graph.write(work)
    if removed:
        await finish_removal(graph, gone)
    return removed


async def remove_attribute(graph: Graph, clock: Clock, entity: str, name: str) -> None:
    """Remove a stored roll-up or a calculated attribute, with its values. Raises UserMistake; `field` is `attribute`."""
    catalogue = await load_catalogue(graph)
    whose = holder(entity)
    known = catalogue.find(whose, name)
    if known is None:
        nearest = catalogue.nearest(entity, name)
        hint = f"did you mean {nearest!r}?" if nearest else None
        raise UserMistake("UNKNOWN_ATTRIBUTE", f"no {entity} has an attribute {name!r}.", "attribute", hint=hint)
    if known.origin == "calculated":
        await remove_calculated(graph, clock, known.name, whose)
    elif known.origin == "rolled_up":
        await remove_roll_up(graph, clock, whose, known.name)
    else:
        said = f"{known.name!r} is {known.origin}; only roll-ups and calculated attributes can be removed"
        raise UserMistake("NOT_REMOVABLE", said, "attribute")


async def list_calculated(graph: Graph) -> list[Calculated]:
    """Every calculated attribute, by name."""
    return _known(await load_catalogue(graph))


def check_calculated(
    calculated: Calculated,
    catalogue: Catalogue,
    library: Library | None = None,
    versions: Iterable[tuple[str, int]] = (),
) -> None:
    """See that a calculated attribute makes sense beside the others, and beside stages of which `versions` are inhabited.

    Raises UserMistake.
    """
    check_name(calculated.entity, calculated.name, "calculated", catalogue)
    if (calculated.formula is None) == (not calculated.score):
        said = "a calculated attribute is worked out by a formula, or else by the rules of a score"
        raise UserMistake("INVALID_CALCULATION", f"{said}; give one of them", "formula")
    # It is known to this check itself, so that one that reads itself is told what is wrong with that.
    mine = calculated.definition
    others = (each for each in catalogue.definitions if (each.entity, each.name) != (mine.entity, mine.name))
    catalogue = Catalogue((*others, mine))
    if calculated.formula is not None:
        _check_formula(calculated.formula, calculated.entity, catalogue)
    _check_score(calculated, catalogue)
    field = "score" if calculated.score else "formula"
    _refuse_circle(calculated, catalogue, field)
    library = library or Library(())
    for stage in library.stages:
        if stage.status != "ARCHIVED":
            refuse_circle(stage, mine, field, catalogue)
    _refuse_read_early(catalogue, library, versions, field)


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
        said = f"a weight is a number above 0 and at most 1000000, found {rule.weight}"
        raise UserMistake("INVALID_SCORE", said, f"{field}.weight")
    try:
        parse(rule.criterion, subject=entity, catalogue=catalogue)
    except CriteriaError as error:
        error.field = f"{field}.criterion"
        raise


def _refuse_circle(calculated: Calculated, catalogue: Catalogue, field: str) -> None:
    found = cycle(_known(catalogue), catalogue)
    if found:
        said = f"{normalise(calculated.name)!r} would depend on itself: {' reads '.join(found)}"
        raise UserMistake("DEPENDS_ON_ITSELF", said, field)


def _refuse_read_early(catalogue: Catalogue, library: Library, versions: Iterable[tuple[str, int]], field: str) -> None:
    """See that organisations, by attributes or stages, read nothing that is worked out after them."""
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
