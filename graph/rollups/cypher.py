"""One roll-up of one node, asked for now: a Cypher expression.

The expression is correlated with the node and can stand anywhere in a projection, inside maps and `collect` too. It
therefore uses no aggregating function: Neo4j refuses those in a subquery inside an aggregation, so values are collected
and reduced, or, where day counters hold them, read in a walk of their own before the projection. Variables inside begin with `ru_`.

What the expression reads as a parameter of its own is `$now`, epoch milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graph.rollups import pieces
from graph.rollups.checking import Target, target_of, validate
from graph.rollups.choosing import MOST, most_frequent
from graph.rollups.cypher_traversals import Before
from graph.rollups.rollup import Entity, RollUp
from graph.rollups.sums import listed

if TYPE_CHECKING:
    from graph.attributes.catalogue import Catalogue
    from graph.criteria import ParameterBag

__all__ = ["aggregate"]


def aggregate(
    roll_up: RollUp,
    alias: str,
    entity: Entity,
    catalogue: Catalogue,
    parameters: ParameterBag,
    before: Before,
    include_descendants: bool = False,
    now: str = "$now",
) -> str:
    """The value of `roll_up` for the node variable `alias`, as an expression (R1, R2), once what is `before` it was read.

    The value is a Cypher value of the type that `result_type` names: temporal ones are temporal. With
    `include_descendants` an organisation's whole hierarchy counts, each person once. Raises UserMistake.
    """
    validate(roll_up, entity, catalogue)
    question = _Question(roll_up, alias, entity, catalogue, parameters, include_descendants, now)
    if roll_up.source == "PEOPLE":
        return _of_people(question)
    if not roll_up.from_counters:
        return _of_events(question)
    return _people_of_counters(question) if roll_up.counts_people else _of_counters(question, before)


@dataclass(frozen=True)
class _Question:
    """A roll-up with all that compiling it needs."""

    roll_up: RollUp
    alias: str
    entity: Entity
    catalogue: Catalogue
    parameters: ParameterBag
    deep: bool
    now: str

    @property
    def criteria(self) -> pieces.Criteria:
        return pieces.Criteria(self.catalogue, self.parameters, self.now)

    @property
    def target(self) -> Target | None:
        return target_of(self.roll_up, self.catalogue)

    @property
    def organisation(self) -> tuple[str, list[str]]:
        """Pattern from the node to the organisations that count, and what holds for them."""
        if not self.deep or self.entity != "organisation":
            return f"({self.alias})", []
        return f"({self.alias})<-[:PART_OF*0..]-(ru_o:Organisation)", ["ru_o.uncounted IS NULL"]

    @property
    def membership(self) -> str:
        """The variable that holds the membership, or another owner of events."""
        return self.alias if self.entity == "membership" else "ru_m"

    def filters(self) -> list[str]:
        """`where` as a condition on the membership."""
        if self.roll_up.where is None:
            return []
        person = "ru_p" if self.roll_up.source == "PEOPLE" else None
        return [self.criteria.holds(self.roll_up.where, "membership", self.membership, person)]

    def event_filters(self) -> list[str]:
        """`eventWhere` as a condition on the event."""
        if self.roll_up.event_where is None:
            return []
        return [self.criteria.holds(self.roll_up.event_where, "event", "ru_e")]

    def owners(self) -> tuple[str, list[str]]:
        """Pattern from the node to every owner of events that count, and what holds for them (R2).

        Without `where` what the organisation itself recorded, and what a person did nowhere, counts too.
        """
        if self.entity == "membership":
            return f"({self.alias})", self.filters()
        nobody = self.roll_up.counts_people and self.entity == "organisation"
        only_members = self.roll_up.where is not None or nobody
        steps = "" if only_members else "*0..1"
        if self.entity == "person":
            return f"({self.alias})-[:HAS_MEMBERSHIP{steps}]->(ru_m)", self.filters()
        start, conditions = self.organisation
        return f"{start}<-[:IN_ORGANISATION{steps}]-(ru_m)", [*conditions, *self.filters()]

    def event_name(self) -> str | None:
        """The parameter that holds the event name."""
        name = self.roll_up.event_name
        return None if name is None else self.parameters.add(name)

    @property
    def window(self) -> pieces.Window | None:
        days = self.roll_up.window_days
        return None if days is None else pieces.Window.asked(days, self.roll_up.end_days_ago, self.now)

    def days(self) -> list[str]:
        """The window as a condition on the day."""
        return [self.window.holds_day("ru_a.day")] if self.window else []


def _of_people(question: _Question) -> str:
    start, conditions = question.organisation
    holds = [
        *conditions,
        pieces.counted("ru_m", "ru_p"),
        pieces.current("ru_m", question.now),
        *question.filters(),
    ]
    match = f"MATCH {start}<-[:IN_ORGANISATION]-(ru_m)<-[:HAS_MEMBERSHIP]-(ru_p)"
    target = question.target
    if target is None:
        return f"COUNT {{ {_where(match, holds)} RETURN DISTINCT ru_p }}"
    holder = "ru_p" if target.level == "person" else "ru_m"
    value = pieces.property_of(target.definition, holder)
    rows = _where(match, [*holds, f"{value} IS NOT NULL"])
    if question.roll_up.aggregation == "COUNT":
        return f"COUNT {{ {rows} RETURN DISTINCT ru_p }}"
    seen = {"FIRST": "ru_p.firstSeenAt", "LAST": "ru_p.lastSeenAt"}.get(question.roll_up.aggregation, "")
    return _reduced(
        question.roll_up.aggregation, rows, value, target.definition.type, (seen, "ru_p.id", "ru_m.id"), holder
    )


def _people_of_counters(question: _Question) -> str:
    pattern, conditions = question.owners()
    name = question.event_name()
    holds = [*conditions, *question.days()]
    if name:
        holds.append(f"{name} IN ru_a.names")
    return _people_behind(question, f"{pattern}-[:ACTIVE_ON]->(ru_a)", holds)


def _of_counters(question: _Question, before: Before) -> str:
    roll_up = question.roll_up
    key = (question.alias, question.entity, question.deep, roll_up.where)
    function, value, days = _column(question)
    found = before.walk(key, question.alias, question.owners).column(function, value, [*question.days(), *days])
    if roll_up.aggregation in ("FIRST", "LAST"):
        return f"CASE WHEN {found} IS NOT NULL THEN datetime({{epochMillis: {found}}}) END"
    return found


def _column(question: _Question) -> tuple[str, str, list[str]]:
    """How a roll-up's value comes from days: function, argument, and what the event name asks of a day."""
    aggregation, name = question.roll_up.aggregation, question.event_name()
    if aggregation == "COUNT":
        return "sum({})", pieces.counted_on("ru_a", name), []
    named = [f"{name} IN ru_a.names"] if name else []
    if aggregation == "ACTIVE_DAYS":
        return "count(DISTINCT {})", "ru_a.day", named
    function = "min({})" if aggregation == "FIRST" else "max({})"
    return function, pieces.counter("ru_a", aggregation, pieces.day_named("ru_a", name) if name else None), []


def _of_events(question: _Question) -> str:
    pattern, conditions = question.owners()
    roll_up, name = question.roll_up, question.event_name()
    holds = [*conditions, *question.event_filters()]
    if name:
        holds.append(pieces.named("ru_e", name))
    if question.window:
        holds.append(question.window.holds_instant("ru_e.occurredAt"))
    path = f"{pattern}-[:PERFORMED|RECORDED]->(ru_e)"
    if roll_up.counts_people:
        return _people_behind(question, path, holds)
    if roll_up.aggregation == "ACTIVE_DAYS":
        return f"COUNT {{ {_where('MATCH ' + path, holds)} RETURN DISTINCT date(ru_e.occurredAt) }}"
    target = question.target
    value = pieces.property_of(target.definition, "ru_e") if target else "ru_e.occurredAt"
    rows = _where(f"MATCH {path}", [*holds, f"{value} IS NOT NULL"])
    if roll_up.aggregation == "COUNT":
        return f"COUNT {{ {rows} RETURN ru_e }}"
    return _reduced(
        roll_up.aggregation,
        rows,
        value,
        target.definition.type if target else "datetime",
        ("ru_e.occurredAt", "ru_e.id"),
    )


def _people_behind(question: _Question, path: str, holds: list[str]) -> str:
    """The number of people behind events, each once; an event that nobody did has nobody behind it."""
    if question.entity == "person":
        found = f"EXISTS {{ {_where('MATCH ' + path, [*holds, 'ru_m.uncounted IS NULL'])} }}"
        return f"CASE WHEN {question.alias}.uncounted IS NULL AND {found} THEN 1 ELSE 0 END"
    membership = question.membership
    match = f"MATCH {path} MATCH ({membership})<-[:HAS_MEMBERSHIP]-(ru_p)"
    return f"COUNT {{ {_where(match, [*holds, pieces.counted(membership, 'ru_p')])} RETURN DISTINCT ru_p }}"


def _reduced(
    aggregation: str, rows: str, value: str, kind: str, order: tuple[str, ...], once: str | None = None
) -> str:
    """The rows' values of a type as one value; with `once` each node of that variable gives its value once."""
    if aggregation == "COUNT_DISTINCT":
        return f"COUNT {{ {rows} RETURN DISTINCT {value} AS ru_v }}"
    if aggregation in ("FIRST", "LAST"):
        return f"COLLECT {{ {rows} RETURN {value} AS ru_v ORDER BY {_ordered(aggregation, order)} LIMIT 1 }}[0]"
    if aggregation == "UNIQUE_VALUES":
        return f"COLLECT {{ {rows} RETURN DISTINCT {value} AS ru_v ORDER BY ru_v LIMIT {MOST} }}"
    if aggregation in ("MIN", "MAX"):
        direction = "" if aggregation == "MIN" else " DESC"
        return f"COLLECT {{ {rows} RETURN {value} AS ru_v ORDER BY ru_v{direction} LIMIT 1 }}[0]"
    each = f"WITH DISTINCT {once}, {value} AS ru_v RETURN ru_v" if once else f"RETURN {value} AS ru_v"
    if aggregation == "MOST_FREQUENT":
        return most_frequent(f"COLLECT {{ {rows} {each} ORDER BY ru_v }}")
    return listed(aggregation, f"COLLECT {{ {rows} {each} }}", kind)


def _ordered(aggregation: str, order: tuple[str, ...]) -> str:
    """Unknown times after all known ones, ties by id."""
    time, *ids = order
    down = " DESC" if aggregation == "LAST" else ""
    return ", ".join([f"{time} IS NULL", f"{time}{down}", *(f"{each}{down}" for each in ids)])


def _where(match: str, holds: list[str]) -> str:
    return f"{match} WHERE {' AND '.join(holds)}" if holds else match
