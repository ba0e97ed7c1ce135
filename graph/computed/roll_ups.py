"""Defines and removes stored roll-ups.

A new definition makes the value of every node stale, and the evaluator computes it. A removed one is out of use at
once, and its values are removed from the nodes in pages. Both can be repeated, and may be interrupted.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import queries
from graph.attributes.catalogue import COMPUTED, Catalogue, load_catalogue
from graph.attributes.grounding import ground
from graph.attributes.names import normalise
from graph.calculated.computing_order import refuse_computed_last
from graph.computed.free_names import check_name
from graph.computed.removal import finish_removal, mark_removed
from graph.computed.uses import refuse_used
from graph.criteria import mentioned, parse
from graph.criteria.tree import Quantified, clauses
from graph.errors import UserMistake
from graph.rollups.checking import result_type, target_of, validate
from graph.rollups.rollup import Entity, RollUp
from graph.rollups.stored import StoredRollUp
from graph.writer.locks import wait_for_writers

if TYPE_CHECKING:
    from graph.clock import Clock
    from graph.engine import Graph, Transaction

__all__ = ["check", "define_roll_up", "remove_roll_up"]


async def define_roll_up(graph: Graph, clock: Clock, definition: StoredRollUp) -> None:
    """Store a roll-up, or change the one of that name. Raises UserMistake; `field` is `name` or one of `RollUpInput`."""
    catalogue = await load_catalogue(graph)
    check(definition, catalogue)
    parameters = {
        "key": definition.key,
        "entity": definition.entity,
        "name": normalise(definition.name),
        "type": result_type(definition.roll_up, catalogue),
        "description": definition.description,
        "spelling": definition.name,
        "roll_up": json.dumps(definition.roll_up.to_json(), ensure_ascii=False),
        "include_descendants": definition.include_descendants,
        "now": round(clock.now().timestamp() * 1000),
    }

    async def work(transaction: Transaction) -> None:
        for row in await transaction.rows(queries.text("rollups/definition"), {"key": definition.key}):
            _refuse_taken(definition, row["origin"])
        if definition.entity == "person":
            await wait_for_writers(graph, transaction)
        await transaction.execute(queries.text("rollups/revise"), {})
        await transaction.execute(queries.text("rollups/define"), parameters)
        await ground(transaction, [definition.property])

    await graph.write(work)


def check(definition: StoredRollUp, catalogue: Catalogue) -> None:
    """Check that a roll-up can be stored under its name. Raises UserMistake."""
    check_name(definition.entity, definition.name, "rolled_up", catalogue)
    if definition.entity != "organisation" and definition.include_descendants:
        problem = f"a {definition.entity} has no organisations below it"
        raise UserMistake("INVALID_ROLL_UP", problem, "includeDescendants")
    validate(definition.roll_up, definition.entity, catalogue)
    target = target_of(definition.roll_up, catalogue)
    if target is not None:
        refuse_computed_last([target.definition], "attribute", catalogue)
    _check_where(definition, catalogue)


async def remove_roll_up(graph: Graph, clock: Clock, entity: Entity, name: str) -> bool:
    """Remove a stored roll-up and its values; return False where there is none of that name.

    Raises UserMistake where something uses it.
    """
    removed = StoredRollUp(name, RollUp("COUNT"), entity)
    now = round(clock.now().timestamp() * 1000)

    async def work(transaction: Transaction) -> bool:
        await transaction.execute(queries.text("rollups/revise"), {})
        is_marked = await mark_removed(transaction, removed.key, "rolled_up", now)
        if is_marked:
            await refuse_used(transaction, entity, name)
        return is_marked

    was_found = await graph.write(work)
    if was_found:
        await finish_removal(graph, removed)
    return was_found


def _refuse_taken(definition: StoredRollUp, origin: str) -> None:
    if origin != "rolled_up":
        problem = f"the {definition.entity} has an attribute {normalise(definition.name)!r} already ({origin})"
        raise UserMistake("NAME_TAKEN", f"{problem}; choose another name", "name")


def _check_where(definition: StoredRollUp, catalogue: Catalogue) -> None:
    """Check that a stored value changes only with facts that touch its own organisation, and is never read too early.

    Values of people and memberships are computed first, organisations' roll-ups from these. Other orders could be cycles.
    """
    if definition.roll_up.where is None:
        return
    root = parse(definition.roll_up.where, subject="membership", catalogue=catalogue).root
    if any(isinstance(clause, Quantified) for clause in clauses(root)):
        problem = "the where of a stored roll-up can't look at other organisations and their members"
        raise UserMistake("INVALID_ROLL_UP", problem, "where", hint="Ask for it ad hoc instead.")
    refuse_computed_last(mentioned(root), "where", catalogue)
    for attribute in mentioned(root):
        is_computed_first = attribute.entity != "organisation" and definition.entity == "organisation"
        if attribute.definition.origin in COMPUTED and not is_computed_first:
            problem = f"{attribute.definition.name!r} may not be worked out before this roll-up"
            raise UserMistake("INVALID_ROLL_UP", problem, "where")
