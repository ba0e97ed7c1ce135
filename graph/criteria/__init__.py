"""The criteria language: one way to say who is meant, for entry, exit, objectives, roll-ups and `where` (rules C).

criterion = parse("arr >= 1000 and any member (role = 'admin')", subject="organisation", catalogue=catalogue)
bag = ParameterBag()
text = f"MATCH (o:Organisation) WHERE {compile_predicate(criterion, 'o', bag)} RETURN o.id AS id"
rows = await graph.query(text, {**bag.values, "now": epoch_ms(clock.now())})
"""

from __future__ import annotations

from graph.criteria.closures import Closure, Known, Met, compile_closure, compile_value
from graph.criteria.cypher import compile_predicate
from graph.criteria.errors import CriteriaError
from graph.criteria.evaluation import evaluate
from graph.criteria.explanation import Explanation, ExplanationNode, explain
from graph.criteria.flips import compile_flip
from graph.criteria.mentions import mentioned
from graph.criteria.met import compile_explanation
from graph.criteria.parameters import ParameterBag, Parameters
from graph.criteria.parse import parse, parse_formula
from graph.criteria.tree import Criterion, Subject

__all__ = [
    "Closure",
    "CriteriaError",
    "Criterion",
    "Explanation",
    "ExplanationNode",
    "Known",
    "Met",
    "ParameterBag",
    "Parameters",
    "Subject",
    "compile_closure",
    "compile_explanation",
    "compile_flip",
    "compile_predicate",
    "compile_value",
    "evaluate",
    "explain",
    "mentioned",
    "parse",
    "parse_formula",
]
