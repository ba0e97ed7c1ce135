"""A record takes statements batch by batch, its past read only for late ones, and keeps what all at once would keep."""

from __future__ import annotations

from functools import reduce
from typing import Any

import orjson
from hypothesis import assume, given
from hypothesis import strategies as st

from graph.attributes.history import ValueRun, add_statement, run_from
from graph.attributes.precedence import digest
from graph.writer.records import SourceRecord

Word = tuple[int, Any]
_words = st.tuples(st.integers(0, 9), st.sampled_from([1, 1.0, True, "a", None, [1], [1.0]]))


class Stored:
    """The stored form of a record between two batches."""

    def __init__(self) -> None:
        self.attributes: dict[str, list[Any]] = {}
        self.past: list[str] = []

    def take(self, batch: list[Word]) -> None:
        record = SourceRecord("crm|organisation|a", "crm", "organisation", "a")
        record.attributes = orjson.loads(orjson.dumps(self.attributes))
        if any(record.is_late("plan", *word) for word in batch):
            record.past = {"plan": self.runs[:-1]}
        changed = [record.put("plan", *word, given=True) for word in batch]
        assert any(changed) == record.is_changed
        if record.is_changed:
            row = record.row()
            self.attributes = orjson.loads(row["attributes"])
            if row["past"] is not None:
                self.past = [text for text in self.past if text not in row["removed"]] + row["past"]

    @property
    def runs(self) -> list[ValueRun]:
        at, value, *since = self.attributes["plan"]
        runs = [run_from(text)[1] for text in self.past]
        # the order among words of one instant is that of their hashes, as the writer reads them
        ordered = sorted(runs, key=lambda run: (run.since, digest(run.value)))
        return [*ordered, ValueRun(since[0] if since else at, at, value)]


@given(st.lists(st.lists(_words, min_size=1, max_size=4), min_size=1, max_size=6))
def test_F3_batch_by_batch_or_at_once_the_same_runs_are_kept(batches: list[list[Word]]) -> None:
    stored = Stored()
    for batch in batches:
        stored.take(batch)
    words = [word for batch in batches for word in batch]
    assert repr(stored.runs) == repr(reduce(lambda runs, word: add_statement(runs, *word), words, []))


@given(st.lists(_words, min_size=1, max_size=8))
def test_F2_what_is_told_again_changes_nothing(words: list[Word]) -> None:
    assume(
        all(sum(repr(one[1]) == repr(other[1]) for other in words) < 3 for one in words)
    )  # no run has a middle to lose
    stored = Stored()
    stored.take(words)
    before = repr(stored.runs)
    record = SourceRecord("crm|organisation|a", "crm", "organisation", "a")
    record.attributes, record.past = stored.attributes, {"plan": stored.runs[:-1]}
    assert not any(record.put("plan", *word, given=True) for word in words)
    assert repr(stored.runs) == before
