"""The organisations due next, instant by instant."""

from __future__ import annotations

from graph.evaluation.due_instants import DueQueue


def test_the_earliest_instant_comes_first_and_all_who_are_due_at_it_together():
    queue = DueQueue([("b", 20), ("c", 10), ("a", 20)], until=100)
    assert queue.first == 10
    assert queue.take(10, 5) == ["c"]
    assert queue.first == 20
    assert queue.take(20, 5) == ["a", "b"]
    assert queue.first is None


def test_whoever_finds_no_room_stays_due():
    queue = DueQueue([(id, 10) for id in "cab"], until=100)
    assert queue.take(10, 2) == ["a", "b"]
    assert (queue.first, queue.take(10, 2)) == (10, ["c"])


def test_who_is_due_again_takes_their_place_among_the_others():
    queue = DueQueue([("a", 10), ("b", 30)], until=30)
    queue.take(10, 5)
    queue.add([("a", 20), ("c", 30)])
    assert (queue.first, queue.take(20, 5)) == (20, ["a"])
    assert (queue.first, queue.take(30, 5)) == (30, ["b", "c"])


def test_later_than_all_are_known_of_nothing_is_noted():
    queue = DueQueue([("a", 10)], until=15)
    queue.add([("a", 16), ("b", 15)])
    queue.take(10, 5)
    assert queue.take(15, 5) == ["b"]
    assert queue.first is None


def test_what_is_taken_from_a_copy_is_there_still():
    queue = DueQueue([("a", 10), ("b", 10)], until=100)
    other = queue.copy()
    other.take(10, 1)
    other.add([("c", 10), ("d", 5)])
    assert (queue.first, queue.take(10, 5)) == (10, ["a", "b"])
