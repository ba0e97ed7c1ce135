"""The criteria language: conditions for entry, exit, objectives, roll-ups and `where` (rules C).

```
criterion = parse("arr >= 1000 and any member (role = 'admin')", subject="organisation", catalogue=catalogue)
bag = ParameterBag()
text = f"MATCH (o:Organisation) WHERE {compile_predicate(criterion, 'o', bag)} RETURN o.id AS id"
rows = await graph.query(text, {**bag.values, "now": epoch_ms(clock.now())})
```
"""

from __future__ import annotations

from graph.criteria.closures import Closure, compile_closure, compile_value
from graph.criteria.cypher import compile_predicate
from graph.criteria.cypher_explanation import compile_explanation
from graph.criteria.cypher_flips import compile_flip
from graph.criteria.errors import CriteriaError
from graph.criteria.explanation import Explanation, ExplanationNode, explain
from graph.criteria.mentions import mentioned
from graph.criteria.parameters import ParameterBag, StatementParameters
from graph.criteria.parse import parse, parse_formula
from graph.criteria.snapshots import ClauseAnswer, Snapshot
from graph.criteria.tree import Criterion, Subject
from graph.criteria.verdicts import evaluate

__all__ = [
    "ClauseAnswer",
    "Closure",
    "CriteriaError",
    "Criterion",
    "Explanation",
    "ExplanationNode",
    "ParameterBag",
    "Snapshot",
    "StatementParameters",
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
