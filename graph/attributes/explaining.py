"""What a score is made of at one organisation: each rule, whether it holds there now, and why (AT-13)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graph.attributes.calculated import Rule, calculated_attribute
from graph.attributes.catalogue import load_catalogue
from graph.clock import epoch_ms
from graph.criteria import Explanation, explain, parse
from graph.errors import UserMistake
from graph.journey.cypher import explaining_all

if TYPE_CHECKING:
    from graph.clock import Clock
    from graph.engine import Graph

__all__ = ["ScorePart", "score_parts"]


@dataclass(frozen=True)
class ScorePart:
    """One rule of a score, and what its criterion meets."""

    rule: Rule
    explanation: Explanation


async def score_parts(graph: Graph, clock: Clock, organisation: str, name: str) -> list[ScorePart]:
    """The parts of a score at an organisation now, in the order they were defined in. Raises UserMistake."""
    catalogue = await load_catalogue(graph)
    known = catalogue.find("organisation", name)
    if known is None or known.score is None:
        scores = [each.name for each in catalogue.of("organisation") if each.score is not None]
        hint = f"There are: {', '.join(scores)}." if scores else None
        raise UserMistake("NOT_FOUND", f"There is no score {name!r}.", "attribute", hint=hint)
    rules, now = calculated_attribute(known).score, clock.now()
    criteria = [parse(each.criterion, subject="organisation", catalogue=catalogue) for each in rules]
    asked = explaining_all(criteria)
    given = {**asked.parameters, "organisation": organisation, "now": epoch_ms(now)}
    rows = await graph.query(asked.text, given)
    if not rows:
        raise UserMistake("NOT_FOUND", f"There is no organisation {organisation!r}.", "organisation")
    found = zip(rules, criteria, rows[0]["met"], strict=True)
    return [ScorePart(rule, explain(criterion, each, now)) for rule, criterion, each in found]
