"""The parts of a score at one organisation, person or membership: each rule, its answer now, and the reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graph.attributes.catalogue import load_catalogue
from graph.calculated.definition import Holder, Rule, calculated_attribute
from graph.clock import epoch_ms
from graph.criteria import Explanation, explain, parse
from graph.errors import UserMistake, with_article
from graph.journey.decisions.cypher import explanations_statement

if TYPE_CHECKING:
    from graph.clock import Clock
    from graph.engine import Graph

__all__ = ["ScorePart", "score_parts"]


@dataclass(frozen=True)
class ScorePart:
    """One rule of a score, and the explanation of its criterion."""

    rule: Rule
    explanation: Explanation


async def score_parts(
    graph: Graph, clock: Clock, id: str, name: str, entity: Holder = "organisation"
) -> list[ScorePart]:
    """Return the parts of a score at the organisation, person or membership of an id now, in the order of definition.

    Raises UserMistake.
    """
    catalogue = await load_catalogue(graph)
    known = catalogue.find(entity, name)
    if known is None or known.score is None:
        scores = [each.name for each in catalogue.attributes_of(entity) if each.score is not None]
        hint = f"There are: {', '.join(scores)}." if scores else None
        raise UserMistake("NOT_FOUND", f"There is no score {name!r} of {with_article(entity)}.", "attribute", hint=hint)
    rules, now = calculated_attribute(known).score, clock.now()
    criteria = [parse(each.criterion, subject=entity, catalogue=catalogue) for each in rules]
    statement = explanations_statement(criteria, entity.capitalize())
    rows = await graph.query(statement.text, {**statement.parameters, "id": id, "now": epoch_ms(now)})
    if not rows:
        raise UserMistake("NOT_FOUND", f"There is no {entity} {id!r}.", entity)
    found = zip(rules, criteria, rows[0]["clause_values"], strict=True)
    return [ScorePart(rule, explain(criterion, each, now)) for rule, criterion, each in found]
