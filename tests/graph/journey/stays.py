"""Stays made by hand, for tests of reports."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import strategies as st

from graph.clock import DAY
from graph.journey.decisions.stay import Achievement, Stay
from graph.journey.definitions.definition import ExitRule, Objective, Stage
from graph.journey.reports.baseline import HOUR
from graph.journey.reports.visits import Visit

START = 1_767_225_600_000
"""1 January 2026."""
KEYS = ("project", "invite", "report")
STAGE = Stage(
    "onboarding",
    "customer",
    "Onboarding",
    entry="plan = 'pro'",
    exit=ExitRule("ALL_OBJECTIVES_OR_AFTER_DAYS", 30),
    status="LIVE",
    objectives=tuple(Objective(key, key.title(), criteria=f"{key} >= 1") for key in KEYS),
)


def visit(
    organisation: str,
    done: Mapping[str, float | None] | None = None,
    *,
    day: float = 0,
    stays: float | None = None,
    outcome: str = "COMPLETED",
    applicable: tuple[str, ...] = KEYS,
    n: int = 1,
    version: int = 1,
) -> Visit:
    """A stay from `day`, for `stays` days (open without); `done` says after how many hours, None for instant."""
    entered = round(START + day * DAY)
    achieved = {
        key: Achievement(entered if hours is None else round(entered + hours * HOUR), instant=hours is None)
        for key, hours in (done or {}).items()
    }
    closed = {} if stays is None else {"exited_at": round(entered + stays * DAY), "outcome": outcome}
    stay = Stay("onboarding", n, version, entered, applicable=frozenset(applicable), achieved=achieved, **closed)  # type: ignore[arg-type]
    return Visit(organisation, stay)


def histories(most: int = 30) -> st.SearchStrategy[list[Visit]]:
    """Random visits of organisations, one each."""
    hours = st.one_of(st.none(), st.integers(0, 400))
    done = st.dictionaries(st.sampled_from(KEYS), hours, max_size=3)
    one = st.builds(
        lambda done, day, stays, outcome, version: (done, day, stays, outcome, version),
        done,
        st.integers(0, 60),
        st.one_of(st.none(), st.integers(0, 40)),
        st.sampled_from(["COMPLETED", "EXITED"]),
        st.integers(1, 2),
    )
    return st.lists(one, max_size=most).map(
        lambda given: [
            visit(f"o{i}", done, day=day, stays=stays, outcome=outcome, version=version)
            for i, (done, day, stays, outcome, version) in enumerate(given)
        ]
    )
