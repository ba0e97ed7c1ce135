"""The next instant at which time alone may change a criterion's answer (C5), as Cypher.

Exact for one clause about the subject itself and for `did` and `did not`; for a tree the least of its clauses', which
may come before the answer changes, never after (T3). Beginnings and ends of memberships count where members are asked.
Beyond the clauses' own instants nothing depends on time, so between flips the answer stands.
"""

from __future__ import annotations

from dataclasses import dataclass

from graph.criteria.cypher import (
    Compiler,
    around_membership,
    counters_suffice,
    entered,
    happening_places,
    places_of,
)
from graph.criteria.cypher_values import DAY, Places
from graph.criteria.parameters import Parameters
from graph.criteria.tree import Clause, Criterion, Did, HowMany, Shift, Span, Step, children

__all__ = ["Flips", "compile_flip"]

_ONCE = HowMany(">=", 1)


def compile_flip(
    criterion: Criterion,
    alias: str,
    parameters: Parameters,
    now: str = "$now",
    *,
    person: str | None = None,
    organisation: str | None = None,
) -> str:
    """An expression: epoch milliseconds of the next flip strictly after `now`, or null; the text `null` if none ever.

    Takes the same variables as `compile_predicate`.
    """
    flips, places = Flips(Compiler(parameters, now)), places_of(criterion, alias, parameters, person, organisation)
    flip = flips.of(criterion.root, places)
    if flip == "null" or not entered(criterion, person, organisation):
        return flip
    return f"COLLECT {{ {around_membership(places)} RETURN {flip} }}[0]"


@dataclass(frozen=True)
class Flips:
    """Finds the flips of clauses that `compiler` compiles."""

    compiler: Compiler

    def of(self, clause: Clause, places: Places) -> str:
        """The least flip of a clause and all below it; `null` if there never is one."""
        return self._least(self._instants(clause, places))

    def _instants(self, clause: Clause, places: Places) -> list[str]:
        """Expressions of which each is an instant after now, or null."""
        match clause:
            case Span():
                return [self._of_span(clause, places)]
            case Step():
                return self._of_step(clause, places)
            case Did():
                return self._of_did(clause, places)
        return [instant for child in children(clause) for instant in self._instants(child, places)]

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

    def _of_span(self, span: Span, places: Places) -> str:
        value = self.compiler.value(span.value, places)
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

    def _of_step(self, step: Step, places: Places) -> list[str]:
        match_, met, _ = self.compiler.step(step, places, current=False)
        instants = self._instants(step.body, met)
        if step.to in {"member", "organisation"}:
            instants += [self._if_ahead(f"{met['membership']}.{bound}") for bound in ("since", "until")]
        if not instants:
            return []
        return [self._extreme(f"COLLECT {{ {match_} RETURN {self._least(instants)} }}")]

    def _if_ahead(self, instant: str) -> str:
        present = self.compiler.instant(self.compiler.now)
        return f"CASE WHEN {instant} > {present} THEN {instant}.epochMillis ELSE null END"

    def _of_did(self, did: Did, places: Places) -> list[str]:
        if did.where is not None and self._may_flip(did.where):
            return self._of_each(Did(did.text, did.event, did.times, did.when), did.where, places)
        if not isinstance(did.when, Span):
            return []
        return self._of_first(did, did.when, places) if did.times == _ONCE else self._of_each(did, None, places)

    def _may_flip(self, clause: Clause) -> bool:
        return isinstance(clause, Span) or any(self._may_flip(child) for child in children(clause))

    def _of_each(self, did: Did, where: Clause | None, places: Places) -> list[str]:
        """The least flip of any one event or day."""
        raw = where is not None or not counters_suffice(did)
        lists = []
        for match_, variable in self.compiler.happenings(did, places, whenever=True, raw=raw):
            met = {**places, "subject": "event", "event": variable, **happening_places(variable, raw=raw)}
            instants = [i for clause in (did.when, where) if clause is not None for i in self._instants(clause, met)]
            lists.append(f"COLLECT {{ {match_} RETURN {self._least(instants)} }}")
        return [self._extreme(each) for each in lists]

    def _of_first(self, did: Did, when: Span, places: Places) -> list[str]:
        """While one happening lies within the window the answer stands: until the last of them leaves it."""
        raw = not counters_suffice(did)
        leaving = self._each(did, when.ends, self.compiler.happenings(did, places), raw=raw)
        coming = self._each(did, when.begins, self.compiler.happenings(did, places, whenever=True), raw=raw, ahead=True)
        ends = [self._extreme(each, greatest=True) for each in leaving]
        return [*([self._least(ends, greatest=True)] if ends else []), *(self._extreme(each) for each in coming)]

    def _each(
        self, did: Did, bound: Shift | None, happenings: list[tuple[str, str]], *, raw: bool, ahead: bool = False
    ) -> list[str]:
        """For each way to the events, the list of the instants of one bound."""
        if bound is None or not isinstance(did.when, Span):
            return []
        lists = []
        for match_, variable in happenings:
            met = happening_places(variable, raw=raw)
            instant = self._instant(self.compiler.value(did.when.value, met), did.when.value.type, bound)
            condition = f" AND {instant} > {self.compiler.now}" if ahead else ""
            lists.append(f"COLLECT {{ {match_}{condition} RETURN {instant} }}")
        return lists
