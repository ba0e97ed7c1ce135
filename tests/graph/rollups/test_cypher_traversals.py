"""Day counters are walked once for all that is asked of them at a node."""

from __future__ import annotations

from graph.attributes.catalogue import Catalogue
from graph.criteria import ParameterBag
from graph.rollups import RollUp, Traversals, aggregate


def _asked(*roll_ups: RollUp, deep: tuple[bool, ...] = ()) -> Traversals:
    traversals, bag = Traversals(), ParameterBag()
    for each, whole in zip(roll_ups, deep or (False,) * len(roll_ups), strict=True):
        aggregate(each, "n", "organisation", Catalogue([]), bag, traversals, whole)
    return traversals


def test_counts_first_and_last_of_the_same_events_are_one_walk() -> None:
    traversals = _asked(
        *(RollUp(each, "EVENTS", event_name="Login") for each in ("COUNT", "FIRST", "LAST", "ACTIVE_DAYS"))
    )
    assert len(traversals.calls) == 1
    assert traversals.calls[0].count("MATCH") == 1


def test_a_window_that_all_share_narrows_the_walk_and_one_of_some_does_not() -> None:
    week, ever = RollUp("COUNT", "EVENTS", window_days=7), RollUp("ACTIVE_DAYS", "EVENTS")
    assert "WHERE ru_a.day >=" in _asked(week).calls[0]
    assert "WHERE" not in _asked(week, ever).calls[0]


def test_other_people_and_a_whole_hierarchy_are_walks_of_their_own() -> None:
    count = RollUp("COUNT", "EVENTS")
    assert (
        len(_asked(count, RollUp("COUNT", "EVENTS", where="role = 'admin'"), count, deep=(False, False, True)).calls)
        == 3
    )


def test_what_is_asked_for_twice_is_one_column() -> None:
    count = RollUp("COUNT", "EVENTS")
    assert _asked(count, count).calls == _asked(count).calls
