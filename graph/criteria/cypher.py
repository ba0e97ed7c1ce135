"""The compiler from a tree to two-valued Cypher (C1), for ArcadeDB and Neo4j alike. `cypher_values` compiles the values.

A clause becomes an expression that is true or false and never null: comparisons are guarded with `coalesce`.
No aggregating function is used, since Neo4j takes one inside a COLLECT subquery for one of the clause around it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from graph.criteria.chains import balanced, folded
from graph.criteria.cypher_values import Bindings, Values
from graph.criteria.operators import TEXT_TESTS
from graph.criteria.parameters import StatementParameters
from graph.criteria.tree import (
    Among,
    And,
    Clause,
    Compare,
    Contains,
    Criterion,
    Did,
    HasValue,
    HowMany,
    Literal,
    Not,
    Occurred,
    Or,
    Quantified,
    Span,
    Truth,
)

__all__ = [
    "Compiler",
    "bindings_of",
    "compile_predicate",
    "counters_suffice",
    "match_neighbours",
    "needs_neighbours",
    "occurrence_bindings",
]

# From the bound node outward, one edge a MATCH: the embedded engine scans where the middle of a pattern is bound.
# Nodes that a traversal only passes through or counts have no label, since their edges lead to nothing else.
# By a label, Neo4j finds an index over all events or memberships. That is cheap while the graph is almost empty,
# and Neo4j keeps the plan when it no longer is.
_NEIGHBOURS = (
    "MATCH ({membership})<-[:HAS_MEMBERSHIP]-({person}:Person) "
    "MATCH ({membership})-[:IN_ORGANISATION]->({organisation}:Organisation)"
)


def compile_predicate(
    criterion: Criterion,
    alias: str,
    parameters: StatementParameters,
    now: str = "$now",
    *,
    person: str | None = None,
    organisation: str | None = None,
) -> str:
    """Return a boolean expression, never null, for whether the criterion holds for the node `alias`.

    `now` is an expression in epoch milliseconds. For a membership, `person` and `organisation` are the variables of its
    neighbours, where the statement has bound them. Where the criterion needs one that is not bound, both are matched.
    """
    compiler, bindings = Compiler(parameters, now), bindings_of(criterion, alias, parameters, person, organisation)
    predicate = compiler.clause(criterion.root, bindings)
    if not needs_neighbours(criterion, person, organisation):
        return predicate
    return f"EXISTS {{ {_NEIGHBOURS.format(**bindings)} WHERE {predicate} }}"


def bindings_of(
    criterion: Criterion, alias: str, parameters: StatementParameters, person: str | None, organisation: str | None
) -> dict[str, str]:
    """Return the variables of a criterion's subject and its neighbours."""
    if criterion.subject != "membership":
        return {"subject": criterion.subject, criterion.subject: alias}
    if needs_neighbours(criterion, person, organisation):
        person, organisation = parameters.variable("p"), parameters.variable("o")
    return {"subject": "membership", "membership": alias, "person": person or "", "organisation": organisation or ""}


def needs_neighbours(criterion: Criterion, person: str | None, organisation: str | None) -> bool:
    """Return whether the expression has to match a membership's person and organisation itself."""
    if criterion.subject != "membership":
        return False
    needed = {"person": person, "organisation": organisation}
    return any(entity in criterion.entities and variable is None for entity, variable in needed.items())


def match_neighbours(bindings: Bindings) -> str:
    """Return the MATCH that binds a membership's person and organisation."""
    return _NEIGHBOURS.format(**bindings)


def counters_suffice(did: Did) -> bool:
    """Return whether day counters answer: no condition on the events themselves, and a window of whole days (C2)."""
    return did.where is None and not _compares_instants(did.when)


def _compares_instants(clause: Clause | None) -> bool:
    match clause:
        case Span(value=Occurred(type="datetime")) | Compare(left=Occurred(type="datetime")):
            return True
    return False


@dataclass(frozen=True)
class Compiler(Values):
    """Compiles clauses and values."""

    # ------------------------------------------------------------ clauses

    def clause(self, clause: Clause, bindings: Bindings) -> str:
        """Return a boolean expression, never null."""
        match clause:
            case Or() | And():
                word = " OR " if isinstance(clause, Or) else " AND "
                parts = folded(clause) if isinstance(clause, Or) else clause.parts
                return balanced([self.clause(part, bindings) for part in parts], word)
            case Not():
                return f"NOT ({self.clause(clause.part, bindings)})"
            case Quantified():
                return self._quantified(clause, bindings)
            case Did():
                return self._did(clause, bindings)
            case HasValue():
                return self._has_value(clause, bindings)
            case Compare() | Among() | Contains() | Truth() | Span():
                return f"coalesce({self._condition(clause, bindings)}, false)"
            case _:
                assert_never(clause)

    def _condition(self, clause: Compare | Among | Contains | Truth | Span, bindings: Bindings) -> str:
        """A boolean expression that is null where a value is unknown."""
        match clause:
            case Compare():
                return f"{self.value(clause.left, bindings)} {clause.operator} {self.value(clause.right, bindings)}"
            case Among():
                return f"{self.value(clause.value, bindings)} IN {self._list(clause.choices)}"
            case Contains(operator="contains") if clause.value.type != "text":
                return f"{self.value(clause.part, bindings)} IN {self.value(clause.value, bindings)}"
            case Contains():
                value, part = self.value(clause.value, bindings), self.value(clause.part, bindings)
                return TEXT_TESTS[clause.operator].cypher.format(text=value, part=part)
            case Truth():
                return f"{self.value(clause.value, bindings)} = true"
            case Span():
                return self.span(clause, bindings)
            case _:
                assert_never(clause)

    def _list(self, choices: tuple[Literal, ...]) -> str:
        if choices and choices[0].type in {"date", "datetime"}:
            return "[" + ", ".join(self._literal(choice) for choice in choices) + "]"
        return self.parameters.add([choice.value for choice in choices])

    def _has_value(self, clause: HasValue, bindings: Bindings) -> str:
        value = self.value(clause.value, bindings)
        if clause.value.type.endswith("s"):  # a list type
            return f"coalesce(size({value}) > 0, false)"
        return f"{value} IS NOT NULL"

    # ------------------------------------------------------------ others

    def _quantified(self, clause: Quantified, bindings: Bindings) -> str:
        match_, inner, counted = self.traverse(clause, bindings)
        body = self.clause(clause.body, inner)
        match clause.quantifier:
            case "any":
                return f"EXISTS {{ {match_} AND {body} }}"
            case "no":
                return f"NOT EXISTS {{ {match_} AND {body} }}"
            case "all":
                return f"(EXISTS {{ {match_} }} AND NOT EXISTS {{ {match_} AND NOT ({body}) }})"
            case HowMany():
                count = f"COUNT {{ {match_} AND {body} RETURN DISTINCT {counted} }}"
                return self._as_many(count, clause.quantifier)
            case _:
                assert_never(clause.quantifier)

    def _as_many(self, count: str, how_many: HowMany) -> str:
        return f"{count} {how_many.operator} {self.parameters.add(how_many.count)}"

    def traverse(
        self, clause: Quantified, bindings: Bindings, *, current: bool = True
    ) -> tuple[str, dict[str, str], str]:
        """Return the MATCH and WHERE that lead to others, the variables there, and the one that is counted.

        Without `current`, memberships that have not begun yet are matched too.
        """
        if clause.to in {"parent", "child"}:
            return self._traverse_hierarchy(clause, bindings)
        new = self.parameters.variable
        subject = "membership" if clause.to == "member" else "organisation"
        inner = {**bindings, "subject": subject, "membership": new("m")}
        membership = inner["membership"]
        when = self._current(membership) if current else self._not_over(membership)
        if clause.to == "member":
            inner["person"] = counted = new("p")
            pattern = f"({bindings['organisation']})<-[:IN_ORGANISATION]-({membership})<-[:HAS_MEMBERSHIP]-({counted})"
        else:
            inner["organisation"] = counted = new("o")
            pattern = f"({bindings['person']})-[:HAS_MEMBERSHIP]->({membership})-[:IN_ORGANISATION]->({counted})"
        conditions = f"{counted}.uncounted IS NULL AND {membership}.uncounted IS NULL AND {when}"
        return f"MATCH {pattern} WHERE {conditions}", inner, counted

    def _traverse_hierarchy(self, clause: Quantified, bindings: Bindings) -> tuple[str, dict[str, str], str]:
        other = self.parameters.variable("o")
        edge = "-[:PART_OF]->" if clause.to == "parent" else "<-[:PART_OF]-"
        match_ = f"MATCH ({bindings['organisation']}){edge}({other}:Organisation) WHERE {other}.uncounted IS NULL"
        return match_, {**bindings, "subject": "organisation", "organisation": other}, other

    def _current(self, membership: str) -> str:
        begun = f"({membership}.since IS NULL OR {membership}.since <= {self.instant(self.now)})"
        return f"{begun} AND {self._not_over(membership)}"

    def _not_over(self, membership: str) -> str:
        return f"({membership}.until IS NULL OR {membership}.until > {self.instant(self.now)})"

    # ------------------------------------------------------------ events

    def _did(self, did: Did, bindings: Bindings) -> str:
        once = did.times == HowMany(">=", 1)
        matches = [match_ for match_, _ in self.occurrences(did, bindings)]
        if once:
            return "(" + " OR ".join(f"EXISTS {{ {match_} }}" for match_ in matches) + ")"
        return self._as_many(self.how_often(did, bindings), did.times)

    def how_often(self, did: Did, bindings: Bindings) -> str:
        """Return the number of the events."""
        return "(" + " + ".join(self._count(did, *happening) for happening in self.occurrences(did, bindings)) + ")"

    def _count(self, did: Did, match_: str, variable: str) -> str:
        if not counters_suffice(did):
            return f"COUNT {{ {match_} }}"
        total, part = self.parameters.variable("n"), self.parameters.variable("i")
        inner, name = self.parameters.variable("n"), self.parameters.add(did.event)
        count_of_day = (
            f"reduce({inner} = 0, {part} IN range(0, size({variable}.names) - 1) | "
            f"{inner} + CASE WHEN {variable}.names[{part}] = {name} THEN {variable}.counts[{part}] ELSE 0 END)"
        )
        days = self.parameters.variable("d")
        return f"reduce({total} = 0, {days} IN COLLECT {{ {match_} RETURN {count_of_day} }} | {total} + {days})"

    def occurrences(
        self, did: Did, bindings: Bindings, *, any_time: bool = False, from_events: bool | None = None
    ) -> list[tuple[str, str]]:
        """Return, for each way to the events, MATCH and WHERE, and the variable of the counter or event.

        `any_time` leaves the window out. `from_events` reads events instead of counters; by default the clause decides.
        """
        from_events = not counters_suffice(did) if from_events is None else from_events
        variable = self.parameters.variable("e" if from_events else "a")
        return [
            (
                f"MATCH {pattern} WHERE {self._occurrence_condition(did, variable, bindings, from_events=from_events, any_time=any_time)}",
                variable,
            )
            for pattern in self._ways(variable, bindings, from_events=from_events)
        ]

    def _ways(self, variable: str, bindings: Bindings, *, from_events: bool) -> list[str]:
        """Patterns from the innermost subject: a membership, else a person, else an organisation."""
        edge, node = "PERFORMED" if from_events else "ACTIVE_ON", f"({variable})"
        subject = bindings["subject"]
        start = bindings[subject]
        if subject == "membership":
            return [f"({start})-[:{edge}]->{node}"]
        if subject == "person":
            return [f"({start})-[:{edge}]->{node}", f"({start})-[:HAS_MEMBERSHIP]->()-[:{edge}]->{node}"]
        own = "RECORDED" if from_events else edge
        return [f"({start})-[:{own}]->{node}", f"({start})<-[:IN_ORGANISATION]-()-[:{edge}]->{node}"]

    def _occurrence_condition(
        self, did: Did, variable: str, bindings: Bindings, *, from_events: bool, any_time: bool
    ) -> str:
        name = self.parameters.add(did.event)
        inner = {**bindings, "event": variable, **occurrence_bindings(variable, from_events=from_events)}
        conditions = [f"{variable}.name = {name}" if from_events else f"{name} IN {variable}.names"]
        if did.when is not None and not any_time:
            conditions.append(self.clause(did.when, inner))
        if did.where is not None:
            conditions.append(self.clause(did.where, inner))
        return " AND ".join(conditions)


def occurrence_bindings(variable: str, *, from_events: bool) -> dict[str, str]:
    """Return the bindings of `Occurred` for an event or a day counter."""
    if from_events:
        return {"date": f"date({variable}.occurredAt)", "datetime": f"{variable}.occurredAt"}
    return {"date": f"{variable}.day"}
