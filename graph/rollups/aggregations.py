"""The table of aggregations: one record holds everything that tells one from another.

The compilers, the evaluator, back-tests, the GraphQL enum, the command's help and the tables in `docs/rollups.md` read it.
To add an aggregation, add its name and its record here, print the schema again, and add its line to the page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from graph.attributes.rounding import mean, rounded, total
from graph.rollups import cypher_first_or_last, cypher_sums
from graph.rollups.cypher_day_counters import COUNT, DAYS, FIRST, LAST, DayCounters
from graph.rollups.cypher_rows import GroupedRows, SubqueryRows
from graph.rollups.frequencies import MOST_VALUES, cypher_most_frequent, most_frequent, unique_values

__all__ = ["AGGREGATIONS", "Accepted", "Aggregation", "AggregationName", "EventForm"]

AggregationName = Literal[
    "SUM",
    "COUNT",
    "COUNT_DISTINCT",
    "AVERAGE",
    "MIN",
    "MAX",
    "FIRST",
    "LAST",
    "ACTIVE_DAYS",
    "MOST_FREQUENT",
    "UNIQUE_VALUES",
]


@dataclass(frozen=True)
class Accepted:
    """The types of attributes that an aggregation takes, and the same in words. `types` is None where any type is."""

    text: str
    types: frozenset[str] | None = None


_NUMBERS = frozenset({"integer", "float"})
_ORDERED = _NUMBERS | {"date", "datetime"}
_ANY = Accepted("anything")
_NUMBER = Accepted("a number", _NUMBERS)
_NUMBER_OR_TIME = Accepted("a number, a date or a datetime", _ORDERED)
_SINGLE = Accepted("a single value, not a list", _ORDERED | {"boolean", "text"})


@dataclass(frozen=True)
class EventForm:
    """The aggregation of events themselves, where no property is named.

    `reads` is the part of each event that it takes. `counters` gives the same value from day counters.
    The number of people has no such form: the compilers find the people behind the counters.
    """

    gives: str
    reads: Literal["instant", "day", "person"]
    counters: DayCounters | None = None


@dataclass(frozen=True)
class Aggregation:
    """One aggregation.

    `description` is the GraphQL enum's. `gives` is the value in words for the page, of an attribute's values.
    `gives_people` is the same of people without an attribute, None where there must be one.
    `accepts` is None where it takes no attribute.

    `subquery` compiles the value of one node, for an ad hoc roll-up. `grouped` compiles the values of many nodes at once.
    `finish`, where there is one, makes the value of what `grouped` returns.
    `python` gives the value of known values in time order. `by_time` is true where only the first or last value counts.
    """

    name: AggregationName
    description: str
    gives: str
    accepts: Accepted | None
    result_type: Callable[[str], str]
    empty_value: int | list[Any] | None
    subquery: Callable[[SubqueryRows], str]
    grouped: Callable[[GroupedRows], str]
    python: Callable[[Sequence[Any]], Any]
    gives_people: str | None = None
    event_form: EventForm | None = None
    finish: Callable[[Any], Any] | None = None
    by_time: bool = False

    @property
    def events(self) -> EventForm:
        """Return the aggregation of events themselves. A valid roll-up of events without an attribute has it."""
        assert self.event_form is not None, f"{self.name} takes an attribute"
        return self.event_form

    @property
    def rounds(self) -> bool:
        """Return whether a number is rounded as it leaves."""
        return self.finish is rounded

    @property
    def is_number(self) -> bool:
        """Return whether the value is a number, whatever is aggregated."""
        return self.result_type("text") in _NUMBERS or self.accepts is _NUMBER


def _same(kind: str) -> str:
    return kind


def _integer(_: str) -> str:
    return "integer"


def _float(_: str) -> str:
    return "float"


def _list_of(kind: str) -> str:
    return f"{kind}s"


def _count_of_subquery(rows: SubqueryRows) -> str:
    return f"COUNT {{ {rows.rows} RETURN {rows.counted} }}"


def _count_of_group(rows: GroupedRows) -> str:
    return rows.count


def _distinct_of_subquery(rows: SubqueryRows) -> str:
    return f"COUNT {{ {rows.rows} RETURN DISTINCT {rows.value} AS ru_v }}"


def _distinct_of_group(rows: GroupedRows) -> str:
    return f"count(DISTINCT {rows.counted_value})"


def _distinct(values: Sequence[Any]) -> int:
    return len(set(values))


def _extreme_of_subquery(rows: SubqueryRows, direction: str = "") -> str:
    return f"COLLECT {{ {rows.rows} RETURN {rows.value} AS ru_v ORDER BY ru_v{direction} LIMIT 1 }}[0]"


def _most_frequent_of_subquery(rows: SubqueryRows) -> str:
    return cypher_most_frequent(f"COLLECT {{ {rows.rows} {rows.values} ORDER BY ru_v }}")


def _unique_of_subquery(rows: SubqueryRows) -> str:
    return f"COLLECT {{ {rows.rows} RETURN DISTINCT {rows.value} AS ru_v ORDER BY ru_v LIMIT {MOST_VALUES} }}"


def _all_of_group(rows: GroupedRows) -> str:
    return f"collect({rows.counted_value})"


_TABLE = (
    Aggregation(
        "SUM",
        "The sum; 0 of nothing.",
        gives="their sum",
        accepts=_NUMBER,
        result_type=_same,
        empty_value=0,
        subquery=cypher_sums.listed_sum,
        grouped=cypher_sums.grouped_sum,
        finish=rounded,
        python=total,
    ),
    Aggregation(
        "COUNT",
        "How many; 0 of nothing.",
        gives="how many have a value",
        gives_people="people",
        accepts=_ANY,
        result_type=_integer,
        empty_value=0,
        subquery=_count_of_subquery,
        grouped=_count_of_group,
        python=len,
        event_form=EventForm("events", "instant", COUNT),
    ),
    Aggregation(
        "COUNT_DISTINCT",
        "How many different values (PEOPLE), or how many people (EVENTS).",
        gives="how many different values",
        gives_people="people",
        accepts=_SINGLE,
        result_type=_integer,
        empty_value=0,
        subquery=_distinct_of_subquery,
        grouped=_distinct_of_group,
        python=_distinct,
        event_form=EventForm("the people behind the events", "person"),
    ),
    Aggregation(
        "AVERAGE",
        "The mean; null of nothing.",
        gives="their mean",
        accepts=_NUMBER,
        result_type=_float,
        empty_value=None,
        subquery=cypher_sums.listed_average,
        grouped=cypher_sums.grouped_average,
        finish=rounded,
        python=mean,
    ),
    Aggregation(
        "MIN",
        "The least; null of nothing.",
        gives="the least of them",
        accepts=_NUMBER_OR_TIME,
        result_type=_same,
        empty_value=None,
        subquery=_extreme_of_subquery,
        grouped=lambda rows: f"min({rows.counted_value})",
        python=lambda values: min(values, default=None),
    ),
    Aggregation(
        "MAX",
        "The greatest; null of nothing.",
        gives="the greatest of them",
        accepts=_NUMBER_OR_TIME,
        result_type=_same,
        empty_value=None,
        subquery=partial(_extreme_of_subquery, direction=" DESC"),
        grouped=lambda rows: f"max({rows.counted_value})",
        python=lambda values: max(values, default=None),
    ),
    Aggregation(
        "FIRST",
        "The earliest instant, or the value seen first.",
        gives="the value at the first event, or of the person seen first (`firstSeenAt`)",
        accepts=_ANY,
        result_type=_same,
        empty_value=None,
        subquery=partial(cypher_first_or_last.subquery, "FIRST"),
        grouped=partial(cypher_first_or_last.grouped, "FIRST"),
        python=lambda values: values[0] if values else None,
        event_form=EventForm("when the first was", "instant", FIRST),
        by_time=True,
    ),
    Aggregation(
        "LAST",
        "The latest instant, or the value seen last.",
        gives="the value at the last event, or of the person seen last (`lastSeenAt`)",
        accepts=_ANY,
        result_type=_same,
        empty_value=None,
        subquery=partial(cypher_first_or_last.subquery, "LAST"),
        grouped=partial(cypher_first_or_last.grouped, "LAST"),
        python=lambda values: values[-1] if values else None,
        event_form=EventForm("when the last was", "instant", LAST),
        by_time=True,
    ),
    Aggregation(
        "ACTIVE_DAYS",
        "Distinct UTC days with such an event.",
        gives="",
        accepts=None,
        result_type=_integer,
        empty_value=0,
        subquery=_distinct_of_subquery,
        grouped=_distinct_of_group,
        python=_distinct,
        event_form=EventForm("UTC days with such an event", "day", DAYS),
    ),
    Aggregation(
        "MOST_FREQUENT",
        "The value that comes most often, of several the least; null of nothing.",
        gives="the value that comes most often, of several the least",
        accepts=_SINGLE,
        result_type=_same,
        empty_value=None,
        subquery=_most_frequent_of_subquery,
        grouped=_all_of_group,
        finish=most_frequent,
        python=most_frequent,
    ),
    Aggregation(
        "UNIQUE_VALUES",
        "All different values in order, at most 1,000; an empty list of nothing.",
        gives="all different values in order, at most the first 1,000",
        accepts=_SINGLE,
        result_type=_list_of,
        empty_value=[],
        subquery=_unique_of_subquery,
        grouped=_all_of_group,
        finish=unique_values,
        python=unique_values,
    ),
)
AGGREGATIONS: Mapping[str, Aggregation] = {each.name: each for each in _TABLE}
"""Every aggregation by its name, in the order in which people are shown them."""
