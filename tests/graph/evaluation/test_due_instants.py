"""Who is due next, instant by instant."""

from __future__ import annotations

from graph.evaluation.due_instants import Agenda


def test_the_earliest_instant_comes_first_and_all_who_are_due_at_it_together():
    agenda = Agenda([("b", 20), ("c", 10), ("a", 20)], until=100)
    assert agenda.first == 10
    assert agenda.take(10, 5) == ["c"]
    assert agenda.first == 20
    assert agenda.take(20, 5) == ["a", "b"]
    assert agenda.first is None


def test_whoever_finds_no_room_stays_due():
    agenda = Agenda([(id, 10) for id in "cab"], until=100)
    assert agenda.take(10, 2) == ["a", "b"]
    assert (agenda.first, agenda.take(10, 2)) == (10, ["c"])


def test_who_is_due_again_takes_their_place_among_the_others():
    agenda = Agenda([("a", 10), ("b", 30)], until=30)
    agenda.take(10, 5)
    agenda.add([("a", 20), ("c", 30)])
    assert (agenda.first, agenda.take(20, 5)) == (20, ["a"])
    assert (agenda.first, agenda.take(30, 5)) == (30, ["b", "c"])


def test_later_than_all_are_known_of_nothing_is_noted():
    agenda = Agenda([("a", 10)], until=15)
    agenda.add([("a", 16), ("b", 15)])
    agenda.take(10, 5)
    assert agenda.take(15, 5) == ["b"]
    assert agenda.first is None


def test_what_is_taken_from_a_copy_is_there_still():
    agenda = Agenda([("a", 10), ("b", 10)], until=100)
    other = agenda.copy()
    other.take(10, 1)
    other.add([("c", 10), ("d", 5)])
    assert (agenda.first, agenda.take(10, 5)) == (10, ["a", "b"])
