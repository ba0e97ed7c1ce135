"""From a tree to Cypher: two-valued (C1), every literal a parameter, valid on ArcadeDB and Neo4j alike.

A clause becomes an expression that is true or false and never null: what compares is guarded with `coalesce`. No
aggregating function is used, since Neo4j takes one inside a COLLECT subquery for one of the clause around it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from graph.clock import epoch_ms
from graph.criteria.parameters import Parameters
from graph.criteria.tree import (
    Among,
    And,
    Arithmetic,
    Attribute,
    Clause,
    Compare,
    Contains,
    Criterion,
    DayOf,
    Did,
    HasValue,
    HowMany,
    Literal,
    Not,
    Occurred,
    Or,
    Shift,
    Span,
    Step,
    Truth,
    Value,
)

__all__ = ["Compiler", "Places", "compile_predicate", "counters_suffice", "entered", "places_of", "quoted"]

DAY = 86_400_000

Places = Mapping[str, str]
"""The variable of each entity in scope, and under `subject` the entity that a clause is about; within `did` also what
the event's `date` and `datetime` are."""

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
class Compiler:
    """Compiles clauses and values; `now` is an expression in epoch milliseconds."""

    parameters: Parameters
    now: str = "$now"

    # ------------------------------------------------------------ values

    def value(self, value: Value, places: Places) -> str:
        """An expression that is the value, null where unknown."""
        match value:
            case Attribute():
                return self._attribute(value, places)
            case Literal():
                return self._literal(value)
            case Arithmetic(operator="/"):
                left, right = self._float(value.left, places), self._float(value.right, places)
                return f"(CASE WHEN {right} = 0 THEN null ELSE {left} / {right} END)"
            case Arithmetic():
                return f"({self._float(value.left, places)} {value.operator} {self._float(value.right, places)})"
            case DayOf():
                return f"date({self.value(value.value, places)})"
            case Occurred():
                return places[value.type]

    def _attribute(self, attribute: Attribute, places: Places) -> str:
        node, definition = places[attribute.entity], attribute.definition
        own = f"{node}.{quoted(definition.property)}"
        if definition.absent is not None:
            return f"coalesce({own}, {self.parameters.add(definition.absent)})"
        if definition.fallback is None:
            return own
        other = f"{node}.{quoted(definition.fallback)}"
        return f"coalesce({own}, {f'date({other})' if definition.type == 'date' else other})"

    def _float(self, value: Value, places: Places) -> str:
        # Whole numbers too: Neo4j fails a statement whose integers overflow, and divides them without a remainder.
        if isinstance(value, Literal):
            return self.parameters.add(float(value.value))  # type: ignore[arg-type]
        compiled = self.value(value, places)
        return compiled if isinstance(value, Arithmetic) else f"toFloat({compiled})"

    def _literal(self, literal: Literal) -> str:
        match literal.value:
            case datetime():
                return self.instant(self.parameters.add(epoch_ms(literal.value)))
            case date():
                return f"date({self.parameters.add(literal.value.isoformat())})"
        return self.parameters.add(literal.value)

    @staticmethod
    def instant(milliseconds: str) -> str:
        """A datetime of epoch milliseconds."""
        return f"datetime({{epochMillis: {milliseconds}}})"

    def earlier(self, milliseconds: int) -> str:
        """Now less so many milliseconds, as epoch milliseconds."""
        return f"{self.now} - {self.parameters.add(milliseconds)}" if milliseconds else self.now

    def today(self, days_earlier: int = 0) -> str:
        """The UTC day of now, or an earlier one."""
        return f"date({self.instant(self.earlier(days_earlier * DAY))})"

    # ------------------------------------------------------------ clauses

    def clause(self, clause: Clause, places: Places) -> str:
        """A boolean expression, never null."""
        match clause:
            case Or() | And():
                word = " OR " if isinstance(clause, Or) else " AND "
                return "(" + word.join(self.clause(part, places) for part in clause.parts) + ")"
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
                return self._span(clause, places)
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

    # ------------------------------------------------------------ time

    def _span(self, span: Span, places: Places) -> str:
        value = self.value(span.value, places)
        bounds = []
        if span.begins is not None:
            bounds.append(self._begun(value, span.value.type, span.begins))
        if span.ends is not None:
            bounds.append(self._not_ended(value, span))
        return " AND ".join(bounds)

    def _begun(self, value: str, kind: str, begins: Shift) -> str:
        if begins.unit is not None:
            return f"{value} < {self._period(begins, 1)}"
        if begins.months:
            return f"{self.shifted(value, begins)} <= {self._present(kind)}"
        return f"{value} <= {self._back(kind, begins)}"

    def _not_ended(self, value: str, span: Span) -> str:
        assert span.ends is not None
        if span.ends.unit is not None:
            return f"{value} >= {self._period(span.ends, 1)}"
        if span.ends.months:
            return f"{self.shifted(value, span.ends)} > {self._present(span.value.type)}"
        return f"{value} > {self._back(span.value.type, span.ends)}"

    def _period(self, shift: Shift, later: int) -> str:
        # trunc(v) + k units <= today  is  v < trunc(today) - k units + 1 unit, and so is the end's bound turned round.
        months, days = {"week": (0, 7), "month": (1, 0), "quarter": (3, 0), "year": (12, 0)}[shift.unit or "week"]
        months, days = later * months - shift.months, later * days - shift.days
        start = f"date.truncate('{shift.unit}', {self.today()})"
        return self.shifted(start, Shift(months=months, days=days)) if months or days else start

    def _present(self, kind: str) -> str:
        return self.today() if kind == "date" else self.instant(self.now)

    def _back(self, kind: str, shift: Shift) -> str:
        return self.today(shift.days) if kind == "date" else self.instant(self.earlier(shift.milliseconds))

    def shifted(self, value: str, shift: Shift) -> str:
        """A time moved by a shift, its unit aside."""
        parts = {"months": shift.months, "days": shift.days, "milliseconds": shift.milliseconds}
        written = ", ".join(f"{name}: {self.parameters.add(size)}" for name, size in parts.items() if size)
        return f"({value} + duration({{{written}}}))" if written else value

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


def quoted(name: str) -> str:
    """A property's name as a statement writes it."""
    return "`" + name.replace("`", "``") + "`"
