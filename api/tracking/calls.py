"""Decode the calls of Segment's SDKs one by one, so that a bad call does not cost its batch."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import msgspec
import orjson

from api.salvage import UnreadableElement, salvage_text
from graph.facts.fields import type_name
from graph.facts.json_text import NotJson, json_text, printable, read_json

Identifier = Any
"""An identifier in a call. It may be anything: an unusable identifier is left out alone (I6)."""
CallValue = Any
"""Any other part of a call. It may be anything: the writer rejects a wrong part alone, with a reason (F5)."""


class Context(msgspec.Struct, rename="camel", kw_only=True, gc=False):
    """The parts of a call's context that Membergraph uses."""

    group_id: Identifier = None
    traits: CallValue = None


class Call(msgspec.Struct, rename="camel", kw_only=True, gc=False):
    """One call: identify, group, track, page, screen or alias."""

    type: CallValue = None
    user_id: Identifier = None
    anonymous_id: Identifier = None
    group_id: Identifier = None
    previous_id: Identifier = None
    message_id: CallValue = None
    timestamp: CallValue = None
    original_timestamp: CallValue = None
    sent_at: CallValue = None
    event: CallValue = None
    name: CallValue = None
    category: CallValue = None
    properties: CallValue = None
    traits: CallValue = None
    context: Context | None = None


class _Envelope(msgspec.Struct, rename="camel", kw_only=True):
    batch: list[msgspec.Raw]
    sent_at: str | int | float | None = None
    context: Context | None = None
    write_key: str | None = None


class _Single(msgspec.Struct, rename="camel", kw_only=True):
    write_key: str | None = None


class BadCall(NamedTuple):
    """The reason why a call cannot be read, and the path of the fault."""

    code: str
    message: str
    path: list[str]


class Malformed(ValueError):
    """A request body is no batch and no call; `text` is the body as text."""

    def __init__(self, message: str, text: str) -> None:
        """Keep the text for the rejected row."""
        super().__init__(message)
        self.text = printable(text)


_BAD = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_envelopes = msgspec.json.Decoder(_Envelope)
_singles = msgspec.json.Decoder(_Single)
_calls = msgspec.json.Decoder(Call)
_KEY = re.compile(r'"writeKey"\s*:\s*"([^"\\]*)"')
BATCH = "batch"


class CallBatch(NamedTuple):
    """The calls of one request as bytes, the values they share, and the write key of the body."""

    raw: list[bytes | UnreadableElement]
    write_key: str | None
    kind: str = BATCH
    sent_at: str | int | float | None = None
    context: Context | None = None

    def call(self, raw: bytes | UnreadableElement, largest: int) -> Call | BadCall:
        """Decode one of the calls of at most `largest` bytes, or return the reason why that fails."""
        call = _call(raw, largest)
        if not isinstance(call, Call):
            return call
        if self.kind != BATCH:
            call.type = self.kind
            return call
        call.sent_at = call.sent_at if call.sent_at is not None else self.sent_at
        call.context = call.context if call.context is not None else self.context
        return call


def decode_batch(body: bytes, kind: str) -> CallBatch | None:
    """Return the calls of a body, or None if it is malformed as a whole. `kind` is BATCH, or the type of the single call."""
    try:
        if kind != BATCH:
            return CallBatch([body], _singles.decode(body).write_key, kind)
        envelope = _envelopes.decode(body)
    except _BAD:
        return None
    return CallBatch(
        [bytes(one) for one in envelope.batch], envelope.write_key, BATCH, envelope.sent_at, envelope.context
    )


def salvage_batch(body: bytes, kind: str) -> CallBatch:
    """Return the calls of a malformed body; calls that are not JSON are marked. Raises Malformed if nothing is readable."""
    text = json_text(body)
    if kind == BATCH:
        return _salvage_envelope(text)
    if not text.lstrip().startswith("{"):
        raise Malformed("expected a call as a JSON object", text)
    return CallBatch([_as_json(text)], key_in(text), kind)


def key_in(text: str) -> str | None:
    """Return the write key in a text that is not JSON as a whole."""
    found = _KEY.search(text)
    return found[1] if found else None


def _as_json(text: str) -> bytes | UnreadableElement:
    try:
        return orjson.dumps(read_json(text))
    except NotJson as reason:
        return UnreadableElement(printable(text), str(reason), reason.path)


def _salvage_envelope(text: str) -> CallBatch:
    """Return a batch with an invalid part: a call that is not JSON, or a shared value of a wrong type."""
    try:
        found = salvage_text(text, 1)
    except NotJson as reason:
        raise Malformed(f'expected {{"batch": [calls]}}: {reason}', text) from reason
    calls = found.get("batch") if isinstance(found, dict) else None
    if not isinstance(calls, list):
        raise Malformed('expected {"batch": [calls]}', text)
    key, sent_at = found.get("writeKey"), found.get("sentAt")
    return CallBatch(
        list(_encode(calls)),
        key if isinstance(key, str) else None,
        BATCH,
        sent_at if isinstance(sent_at, str | int | float) else None,
        _context(found.get("context")),
    )


def _encode(calls: Iterable[Any]) -> Iterator[bytes | UnreadableElement]:
    for one in calls:
        yield one if isinstance(one, UnreadableElement) else orjson.dumps(one)


def _context(found: Any) -> Context | None:
    try:
        return msgspec.convert(found, Context)
    except msgspec.ValidationError:
        return None


def _call(raw: bytes | UnreadableElement, largest: int) -> Call | BadCall:
    size = len(raw.text if isinstance(raw, UnreadableElement) else raw)
    if size > largest:
        return BadCall("CALL_TOO_LARGE", f"the call has {size:,} bytes; at most {largest:,} are taken", [])
    if isinstance(raw, UnreadableElement):
        return BadCall("BAD_CALL", f"the call is not JSON: {raw.message}", raw.path)
    try:
        call = _calls.decode(raw)
        return _without_identifier(call) or call
    except msgspec.ValidationError:
        return _without_context(raw)
    except _BAD:
        mended = _as_json(json_text(raw))
        return BadCall("BAD_CALL", "the call is nested too deep", []) if mended == raw else _call(mended, largest)


def _without_context(raw: bytes) -> Call | BadCall:
    """Decode a call that the decoder refused. A context that is no object is ignored, such as a PHP client's `[]`."""
    try:
        found = read_json(json_text(raw))
    except NotJson as reason:
        return BadCall("BAD_CALL", f"the call is not JSON: {reason}", reason.path)
    if not isinstance(found, dict):
        return BadCall("BAD_CALL", f"a call is an object, found {type_name(found)}", [])
    call = msgspec.convert({**found, "context": _context(found.get("context"))}, Call)
    return _without_identifier(call) or call


def _without_identifier(call: Call) -> BadCall | None:
    """Return the refusal of a call whose only identifier is an object or a list.

    Beside another identifier, it is left out instead (I6).
    """
    if isinstance(call.user_id, dict | list) and call.anonymous_id is None:
        return BadCall("BAD_CALL", "userId is text or a number", ["userId"])
    if isinstance(call.anonymous_id, dict | list) and call.user_id is None:
        return BadCall("BAD_CALL", "anonymousId is text or a number", ["anonymousId"])
    return None
