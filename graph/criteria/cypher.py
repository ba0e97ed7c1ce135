"""From a tree to Cypher: two-valued (C1), valid on ArcadeDB and Neo4j alike; values are compiled in `cypher_values`.

A clause becomes an expression that is true or false and never null: what compares is guarded with `coalesce`. No
aggregating function is used, since Neo4j takes one inside a COLLECT subquery for one of the clause around it.
"""

from __future__ import annotations

from dataclasses import dataclass

from graph.criteria.chains import balanced, folded
from graph.criteria.cypher_values import Places, Values
from graph.criteria.parameters import Parameters
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
    Span,
    Step,
    Truth,
)

__all__ = [
    "Compiler",
    "around_membership",
    "compile_predicate",
    "counters_suffice",
    "entered",
    "happening_places",
    "places_of",
]

# From the bound node outward, one edge a MATCH: the embedded engine scans where a pattern's middle is what is bound. What a walk
# only passes through or counts has no label, since its edges lead to nothing else: by a label Neo4j finds an index over all
# events or memberships, cheap while the graph is almost empty, and keeps to it when it no longer is.
_AROUND_MEMBERSHIP = (
    "MATCH ({membership})<-[:HAS_MEMBERSHIP]-({person}:Person) "
    "MATCH ({membership})-[:IN_ORGANISATION]->({organisation}:Organisation)"
)


def compile_predicate(
    criterion: Criterion,
    alias: str,
    parameters: Parameters,
    now: str = "$now",
    *,
    person: str | None = None,
    organisation: str | None = None,
) -> str:
    """A boolean expression, never null, that says whether the criterion holds for the node `alias`.

    `now` is an expression in epoch milliseconds. For a membership, `person` and `organisation` are its neighbours'
    variables where the statement has them bound; without both, and where the criterion needs them, they are matched.
    """
    compiler, places = Compiler(parameters, now), places_of(criterion, alias, parameters, person, organisation)
    predicate = compiler.clause(criterion.root, places)
    if not entered(criterion, person, organisation):
        return predicate
    return f"EXISTS {{ {_AROUND_MEMBERSHIP.format(**places)} WHERE {predicate} }}"


def places_of(
    criterion: Criterion, alias: str, parameters: Parameters, person: str | None, organisation: str | None
) -> dict[str, str]:
    """The variables of what stands around a criterion's subject."""
    if criterion.subject != "membership":
        return {"subject": criterion.subject, criterion.subject: alias}
    if entered(criterion, person, organisation):
        person, organisation = parameters.variable("p"), parameters.variable("o")
    return {"subject": "membership", "membership": alias, "person": person or "", "organisation": organisation or ""}


def entered(criterion: Criterion, person: str | None, organisation: str | None) -> bool:
    """Whether a membership's person and organisation have to be matched by us."""
    if criterion.subject != "membership":
        return False
    needed = {"person": person, "organisation": organisation}
    return any(entity in criterion.entities and variable is None for entity, variable in needed.items())


def around_membership(places: Places) -> str:
    """The MATCH that binds a membership's person and organisation."""
    return _AROUND_MEMBERSHIP.format(**places)


def counters_suffice(did: Did) -> bool:
    """Whether day counters answer: nothing is asked of the events themselves, and the window is of whole days (C2)."""
    return did.where is None and not _asks_for_instant(did.when)


def _asks_for_instant(clause: Clause | None) -> bool:
    match clause:
        case Span(value=Occurred(type="datetime")) | Compare(left=Occurred(type="datetime")):
            return True
    return False


@dataclass(frozen=True)
class Compiler(Values):
    """Compiles clauses too."""

    # ------------------------------------------------------------ clauses

    def clause(self, clause: Clause, places: Places) -> str:
        """A boolean expression, never null."""
        match clause:
            case Or() | And():
                word = " OR " if isinstance(clause, Or) else " AND "
                parts = folded(clause) if isinstance(clause, Or) else clause.parts
                return balanced([self.clause(part, places) for part in parts], word)
            case Not():
                return f"NOT ({self.clause(clause.part, places)})"
            case Step():
                return self._step(clause, places)
            case Did():
                return self._did(clause, places)
            case HasValue():
                return self._has_value(clause, places)
        return f"coalesce({self._condition(clause, places)}, false)"

    def _condition(self, clause: Clause, places: Places) -> str:
        """A boolean expression that is null where a value is unknown."""
        match clause:
            case Compare():
                return f"{self.value(clause.left, places)} {clause.operator} {self.value(clause.right, places)}"
            case Among():
                return f"{self.value(clause.value, places)} IN {self._list(clause.choices)}"
            case Contains(operator="contains") if clause.value.type != "text":
                return f"{self.value(clause.part, places)} IN {self.value(clause.value, places)}"
            case Contains():
                value, part = self.value(clause.value, places), self.value(clause.part, places)
                return f"{value} {clause.operator.upper()} {part}"
            case Truth():
                return f"{self.value(clause.value, places)} = true"
            case Span():
                return self.span(clause, places)
        raise TypeError(f"not a condition: {clause}")

    def _list(self, choices: tuple[Literal, ...]) -> str:
        if choices and choices[0].type in {"date", "datetime"}:
            return "[" + ", ".join(self._literal(choice) for choice in choices) + "]"
        return self.parameters.add([choice.value for choice in choices])

    def _has_value(self, clause: HasValue, places: Places) -> str:
        value = self.value(clause.value, places)
        if clause.value.type.endswith("s"):  # a list type
            return f"coalesce(size({value}) > 0, false)"
        return f"{value} IS NOT NULL"

    # ------------------------------------------------------------ steps

    def _step(self, step: Step, places: Places) -> str:
        match_, met, counted = self.step(step, places)
        body = self.clause(step.body, met)
        match step.quantifier:
            case "any":
                return f"EXISTS {{ {match_} AND {body} }}"
            case "no":
                return f"NOT EXISTS {{ {match_} AND {body} }}"
            case "all":
                return f"(EXISTS {{ {match_} }} AND NOT EXISTS {{ {match_} AND NOT ({body}) }})"
            case HowMany():
                count = f"COUNT {{ {match_} AND {body} RETURN DISTINCT {counted} }}"
                return self._as_many(count, step.quantifier)

    def _as_many(self, count: str, how_many: HowMany) -> str:
        return f"{count} {how_many.operator} {self.parameters.add(how_many.count)}"

    def step(self, step: Step, places: Places, *, current: bool = True) -> tuple[str, dict[str, str], str]:
        """The MATCH and WHERE of a step, the variables behind it, and the one that is counted.

        Without `current`, memberships that are still to begin are met too.
        """
        fresh = self.parameters.variable
        if step.to in {"parent", "child"}:
            met = {**places, "subject": "organisation", "organisation": fresh("o")}
            edge = "-[:PART_OF]->" if step.to == "parent" else "<-[:PART_OF]-"
            match_ = f"MATCH ({places['organisation']}){edge}({met['organisation']}:Organisation)"
            return f"{match_} WHERE {met['organisation']}.uncounted IS NULL", met, met["organisation"]
        met = {**places, "subject": _behind(step), "membership": fresh("m")}
        when = self._current(met["membership"]) if current else self._not_over(met["membership"])
        if step.to == "member":
            met["person"] = counted = fresh("p")
            match_ = (
                f"MATCH ({places['organisation']})<-[:IN_ORGANISATION]-({met['membership']})"
                f"<-[:HAS_MEMBERSHIP]-({counted})"
            )
        else:
            met["organisation"] = counted = fresh("o")
            match_ = (
                f"MATCH ({places['person']})-[:HAS_MEMBERSHIP]->({met['membership']})-[:IN_ORGANISATION]->({counted})"
            )
        return (
            f"{match_} WHERE {counted}.uncounted IS NULL AND {met['membership']}.uncounted IS NULL AND {when}",
            met,
            counted,
        )

    def _current(self, membership: str) -> str:
        begun = f"({membership}.since IS NULL OR {membership}.since <= {self.instant(self.now)})"
        return f"{begun} AND {self._not_over(membership)}"

    def _not_over(self, membership: str) -> str:
        return f"({membership}.until IS NULL OR {membership}.until > {self.instant(self.now)})"

    # ------------------------------------------------------------ events

    def _did(self, did: Did, places: Places) -> str:
        once = did.times == HowMany(">=", 1)
        matches = [match_ for match_, _ in self.happenings(did, places)]
        if once:
            return "(" + " OR ".join(f"EXISTS {{ {match_} }}" for match_ in matches) + ")"
        return self._as_many(self.how_often(did, places), did.times)

    def how_often(self, did: Did, places: Places) -> str:
        """How many of the events there are."""
        return "(" + " + ".join(self._count(did, *happening) for happening in self.happenings(did, places)) + ")"

    def _count(self, did: Did, match_: str, variable: str) -> str:
        if not counters_suffice(did):
            return f"COUNT {{ {match_} }}"
        total, part = self.parameters.variable("n"), self.parameters.variable("i")
        inner, name = self.parameters.variable("n"), self.parameters.add(did.event)
        of_day = (
            f"reduce({inner} = 0, {part} IN range(0, size({variable}.names) - 1) | "
            f"{inner} + CASE WHEN {variable}.names[{part}] = {name} THEN {variable}.counts[{part}] ELSE 0 END)"
        )
        days = self.parameters.variable("d")
        return f"reduce({total} = 0, {days} IN COLLECT {{ {match_} RETURN {of_day} }} | {total} + {days})"

    def happenings(
        self, did: Did, places: Places, *, whenever: bool = False, raw: bool | None = None
    ) -> list[tuple[str, str]]:
        """For each way to the events: MATCH and WHERE, and the variable of the counter or event.

        `whenever` leaves the window out; `raw` asks for events, not counters, and is what the clause needs by default.
        """
        raw = not counters_suffice(did) if raw is None else raw
        variable = self.parameters.variable("e" if raw else "a")
        return [
            (f"MATCH {pattern} WHERE {self._happened(did, variable, places, raw=raw, whenever=whenever)}", variable)
            for pattern in self._ways(variable, places, raw=raw)
        ]

    def _ways(self, variable: str, places: Places, *, raw: bool) -> list[str]:
        """Patterns from the innermost subject: a membership, else a person, else an organisation."""
        edge, node = "PERFORMED" if raw else "ACTIVE_ON", f"({variable})"
        subject = places["subject"]
        start = places[subject]
        if subject == "membership":
            return [f"({start})-[:{edge}]->{node}"]
        if subject == "person":
            return [f"({start})-[:{edge}]->{node}", f"({start})-[:HAS_MEMBERSHIP]->()-[:{edge}]->{node}"]
        own = "RECORDED" if raw else edge
        return [f"({start})-[:{own}]->{node}", f"({start})<-[:IN_ORGANISATION]-()-[:{edge}]->{node}"]

    def _happened(self, did: Did, variable: str, places: Places, *, raw: bool, whenever: bool) -> str:
        name = self.parameters.add(did.event)
        met = {**places, "event": variable, **happening_places(variable, raw=raw)}
        conditions = [f"{variable}.name = {name}" if raw else f"{name} IN {variable}.names"]
        if did.when is not None and not whenever:
            conditions.append(self.clause(did.when, met))
        if did.where is not None:
            conditions.append(self.clause(did.where, met))
        return " AND ".join(conditions)


def happening_places(variable: str, *, raw: bool) -> dict[str, str]:
    """What `Occurred` is of an event or a day counter."""
    if raw:
        return {"date": f"date({variable}.occurredAt)", "datetime": f"{variable}.occurredAt"}
    return {"date": f"{variable}.day"}


def _behind(step: Step) -> str:
    return "membership" if step.to == "member" else "organisation"
