"""The codec of the driver's, as we use it: there with every version that we name, and messages in chunks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.engine.bolt.packstream import AVAILABLE, UnsupportedValue, message, pack, unpack

OFFSETS = st.builds(timezone, st.integers(-1439, 1439).map(lambda minutes: timedelta(minutes=minutes)))
EARLY, LATE = datetime(2, 1, 1), datetime(9998, 12, 31)  # noqa: DTZ001 - in whatever zone
INSTANTS = st.datetimes(EARLY, LATE, timezones=st.none() | st.just(UTC) | OFFSETS)
SCALARS = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | st.text() | st.binary()
)
VALUES = st.recursive(
    SCALARS | INSTANTS | st.dates(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20
)


def there_and_back(value: Any) -> Any:
    return unpack(bytearray(pack(value)), 0)


def test_the_codec_is_there_with_the_versions_that_we_pin():
    """Without it all is still answered, by the driver, at several times the cost: only this test would say so."""
    assert AVAILABLE


@given(VALUES)
def test_every_plain_value_comes_back_as_it_went(value: Any):
    back = there_and_back(value)
    assert back == value
    if isinstance(value, datetime):
        assert back.utcoffset() == value.utcoffset()


def test_tuples_come_back_as_lists():
    assert there_and_back((1, (2, "a"))) == [1, [2, "a"]]


@pytest.mark.parametrize(
    "value",
    [
        2**63,
        {"at": datetime(2026, 1, 2, tzinfo=ZoneInfo("Europe/Berlin"))},
        timedelta(seconds=1),
        object(),
        {1: "a key that is no text"},
        "half a pair \ud800",
    ],
)
def test_what_is_not_plain_is_said(value: Any):
    with pytest.raises(UnsupportedValue):
        pack(value)


@pytest.mark.parametrize(
    "data",
    [
        b"\xb1\x45\x01",  # a structure that we do not know
        b"\xb1\x44\xcb\x00\x00\x00\x7f\xff\xff\xff\xff",  # a day out of Python's years
        b"\xb3\x49\x00\x00\xca\x00\x01\x51\x80",  # an offset of a whole day
    ],
)
def test_what_python_has_no_value_for_is_said(data: bytes):
    with pytest.raises(UnsupportedValue):
        unpack(bytearray(data), 0)


@pytest.mark.parametrize("size", [0, 1, 0xFFFD, 0xFFFE, 0xFFFF, 0x10000, 200_000])
def test_a_message_is_whole_chunks_and_an_end(size: int):
    sent = message(0x10, b"x" * size)
    body, at = b"", 0
    while length := int.from_bytes(sent[at : at + 2], "big"):
        body += sent[at + 2 : at + 2 + length]
        at += 2 + length
    assert at + 2 == len(sent)
    assert body == b"\xb1\x10" + b"x" * size
