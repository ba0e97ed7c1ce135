"""Random journeys and random histories of a handful of organisations, from any source of chance.

The source is a `random.Random`, seeded, or one of hypothesis, which then finds smaller examples: whatever is simplest
comes first in every choice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from random import Random
from typing import Any, Literal

from graph.attributes.catalogue import Catalogue, Definition
from graph.journey.definitions.definition import ExitRule, Journey, Objective, Reentry, Stage
from tests.graph.criteria.oracle import DAY, day_of
from tests.graph.journey.facts import Ended, Event, Fact, Member, Merged, SamePerson, Timeline, Value, midnight
from tests.graph.journey.oracle import Versions, generated_name
from tests.graph.journey.rules import Rule, compare, did, some_rule, windowed

HOUR = 3_600_000
START = round(datetime(2028, 2, 27, 22, 0, 0, 5000, tzinfo=UTC).timestamp() * 1000)  # two days before a leap day
DAYS = (1, 2, 3, 7, 30)
PEOPLE = ("m1", "m2")
STAGE_KEYS = ("onboarding", "adoption_stage", "growth", "renewal_stage", "s_e", "s_f_stage", "s_g", "s_h")
INGESTED = {"plan": "text", "arr": "float", "churned": "boolean", "renewal": "date", "trial_at": "datetime"}


# ---------------------------------------------------------------- journeys


def journeys(r: Random) -> tuple[Journey, ...]:
    """One or two journeys of one to four stages; they may speak of each other's stages and objectives."""
    sizes = [r.choice((1, 2, 3, 4)) for _ in range(r.choice((1, 2)))]
    keys = [{key: r.choice((0, 1, 2, 3)) for key in STAGE_KEYS[4 * i : 4 * i + size]} for i, size in enumerate(sizes)]
    counts = {key: count for stages in keys for key, count in stages.items()}
    names = tuple(generated_name(key, "stage") for key in counts)
    names += tuple(generated_name(f"{key}_a", "objective") for key, count in counts.items() if count)
    return tuple(
        Journey(
            f"j{i}",
            f"j{i}",
            exclusive=bool(r.choice((0, 0, 1))),
            stages=tuple(_stage(r, f"j{i}", key, place, names, stages[key]) for place, key in enumerate(stages)),
        )
        for i, stages in enumerate(keys)
    )


def _others(names: tuple[str, ...], key: str) -> tuple[str, ...]:
    """Return the names that entry and exit of a stage may read: all but its own."""
    return tuple(each for each in names if not each.startswith(key))


def _stage(r: Random, journey: str, key: str, position: int, names: tuple[str, ...], count: int) -> Stage:
    others = _others(names, key)
    objectives = tuple(_objective(r, key, letter, names, "abc"[:count]) for letter in "abc"[:count])
    return Stage(
        key,
        journey,
        key,
        entry=_entry(r, others),
        exit=_exit(r, others, counting=any(each.counts for each in objectives)),
        position=r.choice((position, position, position // 2)),
        status=r.choice(("LIVE", "LIVE", "LIVE", "LIVE", "LIVE", "DRAFT")),
        reentry=_reentry(r),
        objectives=objectives,
    )


def _entry(r: Random, names: tuple[str, ...]) -> Rule:
    """Often one that comes and goes with what arrives most, so that stages are left and entered again."""
    return r.choice(
        (
            lambda: compare("plan", "=", "pro"),
            lambda: some_rule(r, names),
            lambda: did(r.choice("AB"), 1, r.choice((1, 2))),
            lambda: windowed(r),
        )
    )()


def _exit(r: Random, names: tuple[str, ...], *, counting: bool) -> ExitRule:
    days = r.choice(DAYS)
    kinds: list[Callable[[], ExitRule]] = [
        lambda: ExitRule("AFTER_DAYS", days),
        lambda: ExitRule("ALL_OBJECTIVES_OR_AFTER_DAYS", days),
        lambda: ExitRule(
            "CRITERIA",
            criteria=r.choice((some_rule(r, names), windowed(r))),
            completed_when=some_rule(r, names) if r.choice((False, True)) else None,
        ),
        lambda: ExitRule("ONGOING"),
    ]
    if counting:  # J5: refused without
        kinds.append(lambda: ExitRule("ALL_OBJECTIVES"))
    return r.choice(kinds)()


def _reentry(r: Random) -> Reentry:
    mode = r.choice(("NEVER", "ALWAYS", "AFTER_DAYS"))
    return Reentry(mode, r.choice(DAYS)) if mode == "AFTER_DAYS" else Reentry(mode)  # type: ignore[arg-type]


def _objective(r: Random, stage: str, letter: str, names: tuple[str, ...], letters: str) -> Objective:
    kind = r.choice(("OBJECTIVE", "OBJECTIVE", "MARKER"))
    manual = kind == "OBJECTIVE" and r.choice((0, 0, 0, 1)) == 1
    own = generated_name(f"{stage}_{letter}", "objective")
    return Objective(
        f"{stage}_{letter}",
        letter,
        kind,  # type: ignore[arg-type]
        criteria=None if manual else some_rule(r, tuple(each for each in names if each != own)),
        manual=manual,
        applies_to=some_rule(r) if r.choice((0, 0, 1)) else None,
        after=tuple(f"{stage}_{each}" for each in letters if each != letter and r.choice((0, 0, 1))),
    )


def rules_of(stage: Stage) -> list[Rule]:
    texts = [stage.entry, stage.exit.criteria, stage.exit.completed_when]
    texts += [text for each in stage.objectives for text in (each.criteria, each.applies_to)]
    return [each for each in texts if isinstance(each, Rule)]


def catalogue(stages: Sequence[Stage]) -> Catalogue:
    """Return the catalogue of ingested attributes and those that the stages generate."""
    known = [Definition("organisation", name, kind) for name, kind in INGESTED.items()]
    known.append(Definition("membership", "seen_at", "datetime"))
    names = [generated_name(stage.key, "stage") for stage in stages]
    names += [generated_name(each.key, "objective") for stage in stages for each in stage.objectives]
    for name in dict.fromkeys(names):
        known.append(Definition("organisation", f"currently_member_of_{name}", "boolean", "generated"))
        instants = (f"{kind}_{name}" for kind in ("last_entry_to", "last_completion_of", "last_exit_from", "last_left"))
        known += [Definition("organisation", each, "datetime", "generated") for each in instants]
    return Catalogue(tuple(known))


# ---------------------------------------------------------------- changes of what is defined


def changed(r: Random, defined: tuple[Journey, ...]) -> tuple[tuple[Journey, ...], frozenset[str]]:
    """The journeys with one stage changed, and the stages that went live by it."""
    stages = [stage for journey in defined for stage in journey.stages]
    old = r.choice([each for each in stages if each.status == "PAUSED"] or stages)
    new = _changed_stage(r, old)
    made = tuple(
        replace(journey, stages=tuple(new if each is old else each for each in journey.stages)) for journey in defined
    )
    return made, frozenset({new.key} if old.status == "DRAFT" and new.status == "LIVE" else ())


def _changed_stage(r: Random, stage: Stage) -> Stage:
    if stage.status == "DRAFT":
        return replace(stage, status="LIVE")
    if stage.status == "PAUSED":
        return replace(stage, status=r.choice(("LIVE", "LIVE", "ARCHIVED")))
    if stage.status == "ARCHIVED":
        return stage
    return r.choice((_added_objective, _removed_objective, _changed_exit, _changed_entry, _paused, _paused))(r, stage)


def _paused(_: Random, stage: Stage) -> Stage:
    return replace(stage, status="PAUSED")


def _next(stage: Stage, **changes: Any) -> Stage:
    """J9: a version, where anything is other than it was."""
    made = replace(stage, **changes)
    return stage if made == stage else replace(made, version=stage.version + 1)


def _added_objective(r: Random, stage: Stage) -> Stage:
    """A new one comes last, a changed one stays in its place."""
    added = _objective(r, stage.key, "d", (), "")
    if stage.objective(added.key) is None:
        return _next(stage, objectives=(*stage.objectives, added))
    return _next(stage, objectives=tuple(added if each.key == added.key else each for each in stage.objectives))


def _removed_objective(r: Random, stage: Stage) -> Stage:
    unused = [each for each in stage.objectives if not each.key.endswith("_a")]  # what a rule speaks of is kept
    if not unused:
        return stage
    removed = r.choice(unused)
    left = tuple(each for each in stage.objectives if each is not removed)
    if stage.exit.mode == "ALL_OBJECTIVES" and not any(each.counts for each in left):
        return stage
    return _next(stage, objectives=left)


def _changed_exit(r: Random, stage: Stage) -> Stage:
    return _next(stage, exit=_exit(r, (), counting=any(each.counts for each in stage.objectives)))


def _changed_entry(r: Random, stage: Stage) -> Stage:
    return _next(stage, entry=some_rule(r), reentry=_reentry(r))


# ---------------------------------------------------------------- histories


@dataclass(frozen=True)
class ByHand:
    """Somebody puts an organisation in, takes it out, or ticks an objective; without effect where that cannot be."""

    what: Literal["put in", "take out", "tick"]
    organisation: str
    stage: str
    objective: str | None = None


@dataclass(frozen=True)
class Moment:
    """An evaluation, under the definitions that hold from it on."""

    at: int
    journeys: tuple[Journey, ...]
    backfilled: frozenset[str] = frozenset()
    by_hand: tuple[ByHand, ...] = ()


@dataclass(frozen=True)
class History:
    organisations: tuple[str, ...]
    timeline: Timeline
    moments: tuple[Moment, ...]

    @cached_property
    def versions(self) -> Versions:
        return {(each.key, each.version): each for each in self.stages}

    @cached_property
    def stages(self) -> list[Stage]:
        return [stage for moment in self.moments for journey in moment.journeys for stage in journey.stages]

    @cached_property
    def windows(self) -> list[int]:
        """Every length in days that a definition speaks of."""
        lengths = {days for stage in self.stages for rule in rules_of(stage) for days in rule.days}
        lengths |= {each for stage in self.stages for each in (stage.exit.days, stage.reentry.days) if each}
        return sorted(lengths)


_GAPS = (DAY, HOUR, 2 * HOUR, 3 * DAY, 1, 7 * DAY, 16 * DAY)


def history(r: Random) -> History:
    """A few weeks: facts come in, the evaluator wakes at odd times, definitions change and hands meddle."""
    organisations = ("o1", "o2")[: r.choice((1, 2))]
    defined = journeys(r)
    moments, facts, at = [], [], START
    backfilled = frozenset(stage.key for each in defined for stage in each.stages if r.choice((0, 0, 1)))
    for _ in range(r.choice((3, 6, 12))):
        before, at = at, _after(r, at)
        facts += [_fact(r, before, at, r.choice(organisations)) for _ in range(r.choice((1, 3, 1, 0, 6)))]
        by_hand: tuple[ByHand, ...] = ()
        if len(moments) > 0 and r.choice((0, 0, 1)):
            defined, backfilled = changed(r, defined)
        elif len(moments) > 0 and r.choice((0, 0, 1)):
            by_hand = (_by_hand(r, defined, r.choice(organisations)),)
        moments.append(Moment(at, defined, backfilled, by_hand))
        backfilled = frozenset()
    if len(organisations) > 1 and r.choice((0, 1)):
        facts.append(_merge(r, moments, "o1", Merged("o2")))
    if r.choice((0, 0, 1)):
        facts.append(_merge(r, moments, "o1", SamePerson(*r.sample(PEOPLE, 2))))
    return History(organisations, Timeline(_in_order(facts)), tuple(moments))


def _in_order(facts: list[Fact]) -> tuple[Fact, ...]:
    """By commit. No two speak of the same instant: only their order could decide which of them holds."""
    ordered = sorted(facts, key=lambda each: each.at)
    return tuple(replace(each, stated_at=each.stated_at - number) for number, each in enumerate(ordered))


def _after(r: Random, at: int) -> int:
    later = at + r.choice(_GAPS)
    return midnight(later) + DAY if r.choice((0, 0, 1)) else later


def _merge(r: Random, moments: list[Moment], organisation: str, what: Merged | SamePerson) -> Fact:
    before, after = sorted(r.sample([START, *(each.at for each in moments)], 2))
    at = r.choice((after, before + 1))
    return Fact(at, at, organisation, what)


def _by_hand(r: Random, defined: tuple[Journey, ...], organisation: str) -> ByHand:
    stage = r.choice([stage for journey in defined for stage in journey.stages])
    manual = [each.key for each in stage.objectives if each.manual]
    if manual and r.choice((True, False)):
        return ByHand("tick", organisation, stage.key, r.choice(manual))
    return ByHand(r.choice(("take out", "put in")), organisation, stage.key)


def _fact(r: Random, after: int, until: int, organisation: str) -> Fact:
    at = r.choice((until, after + 1, (after + until) // 2 + 1))
    stated_at = at - r.choice(
        (0, HOUR, 2 * DAY, 9 * DAY, 30 * DAY, -HOUR // 15)
    )  # F7: clocks are up to five minutes ahead
    return Fact(at, stated_at, organisation, _what(r, at))


def _what(r: Random, at: int) -> Value | Event | Member | Ended:
    shift = r.choice((0, -1, 1, -3, 5, -20))
    instant = at + shift * DAY
    return r.choice(
        (
            lambda: Value("plan", r.choice(("pro", "free", None))),
            lambda: Event(r.choice("AB")),
            lambda: Value("plan", r.choice(("pro", "free"))),
            lambda: Value("trial_at", r.choice((instant, at + 5 * HOUR))),
            lambda: Value("arr", r.choice((100.0, 50.0, None))),
            lambda: Value("churned", r.choice((True, False, None))),
            lambda: Value("renewal", r.choice((day_of(at) + timedelta(days=shift), None))),
            lambda: Value("trial_at", r.choice((instant, midnight(instant), None))),
            lambda: _member(r, at, instant),
            lambda: Ended(r.choice(PEOPLE), r.choice((instant, at + 2 * DAY))),
        )
    )()


def _member(r: Random, at: int, instant: int) -> Member:
    since, until = r.choice((None, instant, at - 3 * DAY)), r.choice((None, instant + DAY, at + 2 * DAY))
    if since is not None and until is not None and since >= until:  # M2 refuses
        until = None
    seen = r.choice((None, instant, at - DAY))
    return Member(r.choice(PEOPLE), r.choice(("admin", "owner", None)), since, until, seen)
