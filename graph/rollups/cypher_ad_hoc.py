"""One roll-up of one node, asked for ad hoc: a Cypher expression.

The expression is correlated with the node and can stand anywhere in a projection, inside maps and `collect` too.
So it uses no aggregating function: Neo4j refuses those in a subquery inside an aggregation.
Values are collected and reduced; day counters are read in a traversal of their own before the projection.
Variables inside begin with `ru_`. Its own parameter is `$now`, epoch milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from graph.rollups import cypher_pieces as pieces
from graph.rollups.checking import Target, target_of, validate
from graph.rollups.cypher_rows import SubqueryRows
from graph.rollups.cypher_traversals import Traversals
from graph.rollups.rollup import Entity, RollUp

if TYPE_CHECKING:
    from graph.attributes.catalogue import Catalogue
    from graph.criteria import ParameterBag
    from graph.rollups.aggregations import Aggregation

__all__ = ["aggregate"]


def aggregate(
    roll_up: RollUp,
    alias: str,
    entity: Entity,
    catalogue: Catalogue,
    parameters: ParameterBag,
    traversals: Traversals,
    include_descendants: bool = False,
    now: str = "$now",
) -> str:
    """Return the value of `roll_up` for the node variable `alias`, as an expression (R1, R2).

    The statement must first make the subqueries that this adds to `traversals`.
    The value has the type that `result_type` names, and temporal values are temporal.
    With `include_descendants` an organisation's whole hierarchy counts, each person once. Raises UserMistake.
    """
    validate(roll_up, entity, catalogue)
    question = _Question(roll_up, alias, entity, catalogue, parameters, include_descendants, now)
    if roll_up.source == "PEOPLE":
        return _over_people(question)
    if roll_up.counts_people_behind_events:
        return _people_behind_counters(question) if roll_up.reads_counters else _people_behind_events(question)
    return _over_counters(question, traversals) if roll_up.reads_counters else _over_events(question)


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
    def aggregation(self) -> Aggregation:
        return self.roll_up.record

    @property
    def criteria(self) -> pieces.Criteria:
        return pieces.Criteria(self.catalogue, self.parameters, self.now)

    @cached_property
    def target(self) -> Target | None:
        return target_of(self.roll_up, self.catalogue)

    @property
    def organisation(self) -> tuple[str, list[str]]:
        """The pattern from the node to the organisations that count, and its conditions."""
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
        """The pattern from the node to every owner of events that count, and its conditions (R2).

        Without `where`, events of the organisation itself and of a person without an organisation count too.
        """
        if self.entity == "membership":
            return f"({self.alias})", self.filters()
        counts_members = self.roll_up.counts_people_behind_events and self.entity == "organisation"
        only_members = self.roll_up.where is not None or counts_members
        length = "" if only_members else "*0..1"
        if self.entity == "person":
            return f"({self.alias})-[:HAS_MEMBERSHIP{length}]->(ru_m)", self.filters()
        start, conditions = self.organisation
        return f"{start}<-[:IN_ORGANISATION{length}]-(ru_m)", [*conditions, *self.filters()]

    def event_name(self) -> str | None:
        """The parameter that holds the event name."""
        name = self.roll_up.event_name
        return None if name is None else self.parameters.add(name)

    @property
    def window(self) -> pieces.Window | None:
        days = self.roll_up.window_days
        return None if days is None else pieces.Window.computed(days, self.roll_up.end_days_ago, self.now)

    def days(self) -> list[str]:
        """The window as a condition on the day."""
        return [self.window.holds_day("ru_a.day")] if self.window else []


# ---------------------------------------------------------------- people


def _over_people(question: _Question) -> str:
    start, conditions = question.organisation
    conditions = [
        *conditions,
        pieces.counted("ru_m", "ru_p"),
        pieces.current("ru_m", question.now),
        *question.filters(),
    ]
    match = f"MATCH {start}<-[:IN_ORGANISATION]-(ru_m)<-[:HAS_MEMBERSHIP]-(ru_p)"
    target = question.target
    if target is None:
        return f"COUNT {{ {_where(match, conditions)} RETURN DISTINCT ru_p }}"
    holder = "ru_p" if target.level == "person" else "ru_m"
    value = pieces.property_of(target.definition, holder)
    rows = SubqueryRows(
        _where(match, [*conditions, f"{value} IS NOT NULL"]),
        value,
        target.definition.type,
        counted="DISTINCT ru_p",
        first="ru_p.firstSeenAt",
        last="ru_p.lastSeenAt",
        ids=("ru_p.id", "ru_m.id"),
        once=holder,
    )
    return question.aggregation.subquery(rows)


# ---------------------------------------------------------------- day counters


def _over_counters(question: _Question, traversals: Traversals) -> str:
    counters = question.aggregation.events.counters
    assert counters is not None, "only the number of people has no day counters, and is compiled elsewhere"
    key = (question.alias, question.entity, question.deep, question.roll_up.where)
    value, conditions = counters.named_day_value("ru_a", question.event_name())
    traversal = traversals.find(key, question.alias, question.owners)
    found = traversal.column(counters.function, value, [*question.days(), *conditions])
    if counters.in_milliseconds:
        return f"CASE WHEN {found} IS NOT NULL THEN datetime({{epochMillis: {found}}}) END"
    return found


def _people_behind_counters(question: _Question) -> str:
    pattern, conditions = question.owners()
    name = question.event_name()
    conditions = [*conditions, *question.days()]
    if name:
        conditions.append(f"{name} IN ru_a.names")
    return _people_behind(question, f"{pattern}-[:ACTIVE_ON]->(ru_a)", conditions)


# ---------------------------------------------------------------- events


def _over_events(question: _Question) -> str:
    path, conditions = _events(question)
    target = question.target
    if target is not None:
        value, kind = pieces.property_of(target.definition, "ru_e"), target.definition.type
        conditions.append(f"{value} IS NOT NULL")
    else:
        value, kind = pieces.event_value(question.aggregation.events.reads), "datetime"
    rows = SubqueryRows(
        _where(f"MATCH {path}", conditions),
        value,
        kind,
        counted="ru_e",
        first="ru_e.occurredAt",
        last="ru_e.occurredAt",
        ids=("ru_e.id",),
    )
    return question.aggregation.subquery(rows)


def _people_behind_events(question: _Question) -> str:
    return _people_behind(question, *_events(question))


def _events(question: _Question) -> tuple[str, list[str]]:
    """The pattern from the node to the events that count, and its conditions."""
    pattern, conditions = question.owners()
    name = question.event_name()
    conditions = [*conditions, *question.event_filters()]
    if name:
        conditions.append(pieces.named("ru_e", name))
    if question.window:
        conditions.append(question.window.holds_instant("ru_e.occurredAt"))
    return f"{pattern}-[:PERFORMED|RECORDED]->(ru_e)", conditions


def _people_behind(question: _Question, path: str, conditions: list[str]) -> str:
    """The number of people behind events, each counted once. An event of nobody has no person behind it."""
    if question.entity == "person":
        found = f"EXISTS {{ {_where('MATCH ' + path, [*conditions, 'ru_m.uncounted IS NULL'])} }}"
        return f"CASE WHEN {question.alias}.uncounted IS NULL AND {found} THEN 1 ELSE 0 END"
    membership = question.membership
    match = f"MATCH {path} MATCH ({membership})<-[:HAS_MEMBERSHIP]-(ru_p)"
    return f"COUNT {{ {_where(match, [*conditions, pieces.counted(membership, 'ru_p')])} RETURN DISTINCT ru_p }}"


def _where(match: str, conditions: list[str]) -> str:
    return f"{match} WHERE {' AND '.join(conditions)}" if conditions else match
