"""The next flip of a criterion (C5), as Cypher: the instant at which time alone may change its answer.

It is exact for one clause about the subject itself and for `did` and `did not`. For a tree it is the least flip of its
clauses, which may come before the answer changes, never after (T3). Where a clause is about members, beginnings and
ends of memberships count. Nothing else depends on time, so between flips the answer stands.
"""

from __future__ import annotations

from dataclasses import dataclass

from graph.clock import DAY
from graph.criteria.cypher import (
    Compiler,
    bindings_of,
    counters_suffice,
    match_neighbours,
    needs_neighbours,
    occurrence_bindings,
)
from graph.criteria.cypher_values import Bindings
from graph.criteria.parameters import StatementParameters
from graph.criteria.tree import Clause, Criterion, Did, HowMany, Quantified, Shift, Span, children

__all__ = ["Flips", "compile_flip"]

_ONCE = HowMany(">=", 1)


def compile_flip(
    criterion: Criterion,
    alias: str,
    parameters: StatementParameters,
    now: str = "$now",
    *,
    person: str | None = None,
    organisation: str | None = None,
) -> str:
    """Return an expression for the next flip after `now`, in epoch milliseconds or null; the text `null` if there never is one.

    It takes the same variables as `compile_predicate`.
    """
    flips, bindings = Flips(Compiler(parameters, now)), bindings_of(criterion, alias, parameters, person, organisation)
    flip = flips.next(criterion.root, bindings)
    if flip == "null" or not needs_neighbours(criterion, person, organisation):
        return flip
    return f"COLLECT {{ {match_neighbours(bindings)} RETURN {flip} }}[0]"


@dataclass(frozen=True)
class Flips:
    """Compiles the flips of clauses."""

    compiler: Compiler

    def next(self, clause: Clause, bindings: Bindings) -> str:
        """Return the earliest flip of a clause and of the clauses below it; `null` if there is none."""
        return self._least(self._instants(clause, bindings))

    def _instants(self, clause: Clause, bindings: Bindings) -> list[str]:
        """Expressions of which each is an instant after now, or null."""
        match clause:
            case Span():
                return [self._span_flip(clause, bindings)]
            case Quantified():
                return self._flips_of_others(clause, bindings)
            case Did():
                return self._did_flips(clause, bindings)
        return [instant for child in children(clause) for instant in self._instants(child, bindings)]

    def _least(self, instants: list[str], *, greatest: bool = False) -> str:
        if len(instants) < 2:
            return instants[0] if instants else "null"
        return self._extreme(f"[{', '.join(instants)}]", greatest=greatest)

    def _extreme(self, instants: str, *, greatest: bool = False) -> str:
        """The least (or greatest) of a list of instants and nulls."""
        best, each = self.compiler.parameters.variable("t"), self.compiler.parameters.variable("t")
        sign = ">" if greatest else "<"
        choice = f"CASE WHEN {each} IS NULL THEN {best} WHEN {best} IS NULL OR {each} {sign} {best} THEN {each} ELSE {best} END"
        return f"reduce({best} = null, {each} IN {instants} | {choice})"

    # ------------------------------------------------------------ time

    def _span_flip(self, span: Span, bindings: Bindings) -> str:
        value = self.compiler.value(span.value, bindings)
        bounds = [shift for shift in (span.begins, span.ends) if shift is not None]
        instants = [self._instant(value, span.value.type, shift) for shift in bounds]
        cases = " ".join(f"WHEN {instant} > {self.compiler.now} THEN {instant}" for instant in instants)
        return f"CASE WHEN {value} IS NULL THEN null {cases} ELSE null END"

    def _instant(self, value: str, kind: str, shift: Shift) -> str:
        """The epoch milliseconds of a shifted time that is known."""
        start = f"date.truncate('{shift.unit}', {value})" if shift.unit else value
        if kind == "date":
            days = self.compiler.shifted(start, shift) if shift.unit or shift.months else start
            instant = f"datetime({{date: {days}}}).epochMillis"
            return instant if days != start or not shift.days else self._plus(instant, shift.days * DAY)
        if shift.months:
            return f"{self.compiler.shifted(start, shift)}.epochMillis"
        return self._plus(f"{start}.epochMillis", shift.milliseconds)

    def _plus(self, instant: str, milliseconds: int) -> str:
        return f"{instant} + {self.compiler.parameters.add(milliseconds)}" if milliseconds else instant

    # ------------------------------------------------------------ members and events

    def _flips_of_others(self, clause: Quantified, bindings: Bindings) -> list[str]:
        match_, inner, _ = self.compiler.traverse(clause, bindings, current=False)
        instants = self._instants(clause.body, inner)
        if clause.to in {"member", "organisation"}:
            instants += [self._if_ahead(f"{inner['membership']}.{bound}") for bound in ("since", "until")]
        if not instants:
            return []
        return [self._extreme(f"COLLECT {{ {match_} RETURN {self._least(instants)} }}")]

    def _if_ahead(self, instant: str) -> str:
        present = self.compiler.instant(self.compiler.now)
        return f"CASE WHEN {instant} > {present} THEN {instant}.epochMillis ELSE null END"

    def _did_flips(self, did: Did, bindings: Bindings) -> list[str]:
        if did.where is not None and self._may_flip(did.where):
            return self._flips_of_each(Did(did.text, did.event, did.times, did.when), did.where, bindings)
        if not isinstance(did.when, Span):
            return []
        return (
            self._flips_of_first(did, did.when, bindings)
            if did.times == _ONCE
            else self._flips_of_each(did, None, bindings)
        )

    def _may_flip(self, clause: Clause) -> bool:
        return isinstance(clause, Span) or any(self._may_flip(child) for child in children(clause))

    def _flips_of_each(self, did: Did, where: Clause | None, bindings: Bindings) -> list[str]:
        """The least flip of any one event or day."""
        from_events = where is not None or not counters_suffice(did)
        lists = []
        for match_, variable in self.compiler.occurrences(did, bindings, any_time=True, from_events=from_events):
            inner = {
                **bindings,
                "subject": "event",
                "event": variable,
                **occurrence_bindings(variable, from_events=from_events),
            }
            instants = [i for clause in (did.when, where) if clause is not None for i in self._instants(clause, inner)]
            lists.append(f"COLLECT {{ {match_} RETURN {self._least(instants)} }}")
        return [self._extreme(each) for each in lists]

    def _flips_of_first(self, did: Did, when: Span, bindings: Bindings) -> list[str]:
        """The answer stands until the last event leaves the window, or the next one comes into it."""
        from_events = not counters_suffice(did)
        leaving = self._each(did, when.ends, self.compiler.occurrences(did, bindings), from_events=from_events)
        coming = self._each(
            did,
            when.begins,
            self.compiler.occurrences(did, bindings, any_time=True),
            from_events=from_events,
            ahead=True,
        )
        ends = [self._extreme(each, greatest=True) for each in leaving]
        return [*([self._least(ends, greatest=True)] if ends else []), *(self._extreme(each) for each in coming)]

    def _each(
        self,
        did: Did,
        bound: Shift | None,
        occurrences: list[tuple[str, str]],
        *,
        from_events: bool,
        ahead: bool = False,
    ) -> list[str]:
        """For each way to the events, the list of the instants of one bound."""
        if bound is None or not isinstance(did.when, Span):
            return []
        lists = []
        for match_, variable in occurrences:
            inner = occurrence_bindings(variable, from_events=from_events)
            instant = self._instant(self.compiler.value(did.when.value, inner), did.when.value.type, bound)
            condition = f" AND {instant} > {self.compiler.now}" if ahead else ""
            lists.append(f"COLLECT {{ {match_}{condition} RETURN {instant} }}")
        return lists
