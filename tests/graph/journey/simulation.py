"""A history run through a step, in memory: by what is stale or due, by everything at every moment, or at all instants.

`knowledge` decides what a due step knows: only the facts that earlier steps have `taken`, or every fact `committed` by the
time the evaluator wakes. The second is what a step over the present graph knows.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol

from graph.journey.decisions.stay import Achievement, Stay
from graph.journey.definitions.definition import Journey, Stage
from tests.graph.criteria.oracle import DAY, View
from tests.graph.criteria.world import Organisation
from tests.graph.journey.facts import Merged, instants_of, midnight
from tests.graph.journey.oracle import Versions, decide, definition
from tests.graph.journey.rules import Rule
from tests.graph.journey.worlds import ByHand, History, Moment

Knowledge = Literal["taken", "committed"]
Way = Literal["incremental", "full", "every instant"]
Moments = list[dict[str, tuple[Stay, ...]]]
"""All stays of every organisation, moment by moment."""


@dataclass(frozen=True)
class Asked:
    """One step: everything that it may look at."""

    journeys: tuple[Journey, ...]
    versions: Mapping[tuple[str, int], Stage]
    organisation: Organisation
    stays: tuple[Stay, ...]
    now: int
    facts: int | None = None
    stated_at: int | None = None
    backfilled: frozenset[str] = frozenset()


def ask_oracle(asked: Asked) -> list[Stay]:
    """Return the decision of the oracle for a step."""
    return decide(
        asked.journeys,
        asked.versions,
        asked.organisation,
        asked.stays,
        asked.now,
        asked.facts,
        asked.stated_at,
        asked.backfilled,
    )


class Deciding(Protocol):
    def __call__(self, asked: Asked) -> tuple[Sequence[Stay], int | None]:
        """All stays after the step, and the next instant at which time alone could move anything."""


# ---------------------------------------------------------------- when anything could change


def turning_points(organisation: Organisation, stays: Sequence[Stay], windows: Sequence[int]) -> set[int]:
    """Every instant, midnights apart, at which any rule over these lengths could change its answer."""
    bases = set(instants_of(organisation))
    for stay in stays:
        bases |= {stay.entered_at, *(each.at for each in stay.achieved.values())}
        bases |= {stay.exited_at} if stay.exited_at is not None else set()
    return {base + sign * days * DAY for base in bases for days in (0, *windows) for sign in (1, -1)}


def next_point(asked: Asked, windows: Sequence[int], until: int) -> int | None:
    """The next of all instants after now at which anything could move by time alone; none beyond `until`."""
    points = turning_points(asked.organisation, asked.stays, windows)
    points.add(midnight(asked.now) + DAY)
    return min((each for each in points if asked.now < each <= until), default=None)


@dataclass
class Answers:
    """For clauses about events and members: whether they hold at an instant, and exactly until when."""

    _lines: dict[tuple[int, str], tuple[list[int], list[bool]]] = field(default_factory=dict)
    _kept: list[Organisation] = field(default_factory=list)

    def ask(self, organisation: Organisation, rule: Rule, now: int) -> tuple[bool, int | None]:
        key = (id(organisation), str(rule))
        if key not in self._lines:
            self._kept.append(organisation)
            self._lines[key] = self._line(organisation, rule)
        instants, answers = self._lines[key]
        place = bisect_right(instants, now)
        holds = answers[place - 1]
        flip = next((i for i in range(place, len(instants)) if answers[i] is not holds), None)
        return holds, instants[flip] if flip is not None else None

    @staticmethod
    def _line(organisation: Organisation, rule: Rule) -> tuple[list[int], list[bool]]:
        bases = set(instants_of(organisation))
        bases |= {midnight(each) for each in bases}
        instants = sorted({0, *(base + days * DAY for base in bases for days in (0, 1, *rule.days))})
        return instants, [rule.holds(View(organisation=organisation), each) for each in instants]


# ---------------------------------------------------------------- by hand


def meddle(hand: ByHand, moment: Moment, versions: Versions, stays: tuple[Stay, ...]) -> tuple[Stay, ...] | None:
    """The stays as people leave them; None where that is refused."""
    stage = next(each for journey in moment.journeys for each in journey.stages if each.key == hand.stage)
    stays_there = [each for each in stays if each.stage == hand.stage]
    there = next((each for each in stays_there if each.is_open), None)
    if hand.what == "put in":
        if stage.status != "LIVE" or there is not None:
            return None
        n = 1 + max((each.number for each in stays_there), default=0)
        return (*stays, Stay(stage.key, n, stage.version, moment.at, by_hand=True))
    if there is None:
        return None
    if hand.what == "take out":
        if stage.status != "LIVE":
            return None
        changed = replace(_closed(there, stage, versions, moment.at, "by hand"), by_hand=True)
    else:
        assert hand.objective is not None
        achieved = {hand.objective: Achievement(moment.at, manual=True), **there.achieved}
        changed = replace(there, achieved=achieved, applicable=there.applicable | {hand.objective})
    return tuple(changed if each is there else each for each in stays)


def archived(stage: Stage, versions: Versions, at: int, stays: tuple[Stay, ...]) -> tuple[Stay, ...]:
    """A stage that is archived ends its open stays."""
    return tuple(
        _closed(each, stage, versions, at, "archived") if each.stage == stage.key and each.is_open else each
        for each in stays
    )


def _closed(stay: Stay, stage: Stage, versions: Versions, at: int, reason: str) -> Stay:
    own = definition(stage, stay, versions).objectives
    counting = [each.key for each in own if each.counts and each.key in stay.applicable]
    done = bool(counting) and all(key in stay.achieved for key in counting)
    return replace(stay, exited_at=at, outcome="COMPLETED" if done else "EXITED", reason=reason)


# ---------------------------------------------------------------- the run


@dataclass
class Simulation:
    """`run` yields, moment by moment, all stays of every organisation."""

    history: History
    decide: Deciding
    way: Way
    knowledge: Knowledge = "taken"
    steps: list[Asked] = field(default_factory=list)

    def run(self) -> Iterator[dict[str, tuple[Stay, ...]]]:
        organisations = self.history.organisations
        self._stays: dict[str, tuple[Stay, ...]] = dict.fromkeys(organisations, ())
        self._due: dict[str, int | None] = dict.fromkeys(organisations)
        self._last = dict.fromkeys(organisations, 0)
        before = Moment(0, ())
        for moment in self.history.moments:
            self._moment(before, moment)
            before = moment
            yield {each: ordered(stays) for each, stays in self._stays.items()}

    def _moment(self, before: Moment, moment: Moment) -> None:
        timeline = self.history.timeline
        if self.knowledge == "committed":
            self._merge(before, moment)
        for each in self._present(moment if self.knowledge == "committed" else before):
            if before.at:
                self._take_due(each, before, moment)
        if self.knowledge == "taken":
            self._merge(before, moment)
        redefined = before.journeys != moment.journeys
        for each in self._present(moment):
            facts = timeline.touching(each, before.at, moment.at)
            hands = [hand for hand in moment.by_hand if timeline.owner(hand.organisation, moment.at) == each]
            self._archive(each, before, moment)
            for hand in hands:
                self._stays[each] = meddle(hand, moment, self.history.versions, self._stays[each]) or self._stays[each]
            if self.way != "incremental" or facts or hands or redefined:
                newest = max((fact.at for fact in facts), default=None)
                stated_at = max((fact.stated_at for fact in facts), default=None)
                self._step(each, moment, moment.at, moment.at, newest, stated_at, moment.backfilled)

    def _present(self, moment: Moment) -> list[str]:
        return [each for each in self.history.organisations if self.history.timeline.owner(each, moment.at) == each]

    def _archive(self, organisation: str, before: Moment, moment: Moment) -> None:
        for stage in newly_archived(before, moment):
            self._stays[organisation] = archived(stage, self.history.versions, moment.at, self._stays[organisation])

    def _merge(self, before: Moment, moment: Moment) -> None:
        """I4: the stays of the other move along, and remember their first organisation."""
        for fact in self.history.timeline.between(before.at, moment.at):
            if isinstance(fact.what, Merged):
                other = fact.what.other
                moved = (replace(stay, home=stay.home or other) for stay in self._stays[other])
                self._stays[fact.organisation] = (*self._stays[fact.organisation], *moved)
                self._stays[other] = ()
                dues = [due for due in (self._due[fact.organisation], self._due[fact.what.other]) if due is not None]
                self._due[fact.organisation] = min(dues, default=None)

    def _take_due(self, organisation: str, before: Moment, moment: Moment) -> None:
        """T4: the due instants that passed, in their order, each at its own."""
        while (due := self._next(organisation, before, moment)) is not None and due <= moment.at:
            self._step(organisation, before, due, before.at if self.knowledge == "taken" else moment.at)

    def _next(self, organisation: str, before: Moment, moment: Moment) -> int | None:
        if self.way != "every instant":
            return self._due[organisation]
        asked = self._asked(organisation, before, self._last[organisation], before.at)
        return next_point(asked, self.history.windows, moment.at)

    def _asked(self, organisation: str, moment: Moment, now: int, known: int, *more: Any) -> Asked:
        """`known`: what was committed until then is known."""
        what = self.history.timeline.known(organisation, known)
        return Asked(moment.journeys, self.history.versions, what, self._stays[organisation], now, *more)

    def _step(self, organisation: str, moment: Moment, now: int, known: int, *more: Any) -> None:
        asked = self._asked(organisation, moment, now, known, *more)
        self.steps.append(asked)
        stays, due = self.decide(asked)
        assert due is None or due > now
        self._stays[organisation], self._due[organisation] = tuple(stays), due
        self._last[organisation] = now


def newly_archived(before: Moment, moment: Moment) -> list[Stage]:
    """The stages that are archived from this moment on."""
    archived = {each.key for journey in before.journeys for each in journey.stages if each.status == "ARCHIVED"}
    stages = [each for journey in moment.journeys for each in journey.stages if each.status == "ARCHIVED"]
    return [each for each in stages if each.key not in archived]


def ordered(stays: Sequence[Stay]) -> tuple[Stay, ...]:
    return tuple(sorted(stays, key=_identity))


def differences(first: dict[str, tuple[Stay, ...]], second: dict[str, tuple[Stay, ...]]) -> list[str]:
    """Describe how the stays differ."""
    return [
        f"{organisation}, {'/'.join(map(str, key))}: {_difference(one.get(key), other.get(key))}"
        for organisation in first
        for one, other in [(_by_identity(first[organisation]), _by_identity(second[organisation]))]
        for key in sorted({*one, *other})
        if one.get(key) != other.get(key)
    ]


def agree(one: Moments, other: Moments) -> None:
    """The same stays at every moment; where not, the first that differ are shown, field by field."""
    for number, (first, second) in enumerate(zip(one, other, strict=True)):
        assert differences(first, second) == [], f"at moment {number}"


def _identity(stay: Stay) -> tuple[str, int, str]:
    return stay.stage, stay.number, stay.home or ""


def _by_identity(stays: Sequence[Stay]) -> dict[tuple[str, int, str], Stay]:
    return {_identity(each): each for each in stays}


def _difference(one: Stay | None, other: Stay | None) -> str:
    if one is None or other is None:
        return f"{one} and {other}"
    pairs = {name: (value, getattr(other, name)) for name, value in vars(one).items()}
    return "; ".join(f"{name} {a} and {b}" for name, (a, b) in pairs.items() if a != b)
