"""Calls as Segment's SDKs write them, decoded one by one, so that a bad one does not cost its batch."""

from typing import Any, NamedTuple

import msgspec

Text = str | int | float | None
"""An identifier: SDKs of untyped languages send numbers too."""
Identifier = Any
"""Whom a call is about: whatever stands there, so that what identifies nobody is left out alone (I6)."""


class Context(msgspec.Struct, rename="camel", kw_only=True, gc=False):
    """What a call says about its surroundings, as far as it concerns us."""

    group_id: Identifier = None
    traits: dict[str, Any] | None = None


class Call(msgspec.Struct, rename="camel", kw_only=True, gc=False):
    """One call: identify, group, track, page, screen or alias."""

    type: str | None = None
    user_id: Identifier = None
    anonymous_id: Identifier = None
    group_id: Identifier = None
    previous_id: Identifier = None
    message_id: Text = None
    timestamp: str | int | float | None = None
    original_timestamp: str | int | float | None = None
    sent_at: str | int | float | None = None
    event: str | None = None
    name: str | None = None
    category: str | None = None
    properties: dict[str, Any] | None = None
    traits: dict[str, Any] | None = None
    context: Context | None = None


class _Envelope(msgspec.Struct, rename="camel", kw_only=True):
    batch: list[msgspec.Raw]
    sent_at: str | int | float | None = None
    context: Context | None = None
    write_key: str | None = None


class _Single(msgspec.Struct, rename="camel", kw_only=True):
    write_key: str | None = None


class BadCall(NamedTuple):
    """A call that cannot be read: why, and where in it."""

    code: str
    message: str
    path: list[str]


class Malformed(ValueError):
    """A request body that is not what the endpoint takes."""


_envelopes = msgspec.json.Decoder(_Envelope)
_singles = msgspec.json.Decoder(_Single)
_calls = msgspec.json.Decoder(Call)


class Batch(NamedTuple):
    """The calls of one request, each read or refused, with their own JSON, and the key that the body carried."""

    calls: list[Call | BadCall]
    raw: list[bytes]
    write_key: str | None


def decode_batch(body: bytes, largest: int) -> Batch:
    """The calls of `/v1/batch`; raises Malformed where the body is no batch. `largest`: bytes one call may have."""
    try:
        envelope = _envelopes.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed(f'expected {{"batch": [calls]}}: {error}') from error
    raw = [bytes(one) for one in envelope.batch]
    calls = [_with_envelope(_call(one, largest), envelope) for one in raw]
    return Batch(calls, raw, envelope.write_key)


def decode_call(body: bytes, kind: str, largest: int) -> Batch:
    """The call of a path such as `/v1/track`, whose path says what it is; raises Malformed where the body is no JSON object."""
    try:
        key = _singles.decode(body).write_key
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed(f"expected a call as a JSON object: {error}") from error
    call = _call(body, largest)
    if isinstance(call, Call):
        call.type = kind
    return Batch([call], [body], key)


def _call(raw: bytes, largest: int) -> Call | BadCall:
    if len(raw) > largest:
        return BadCall("CALL_TOO_LARGE", f"the call has {len(raw):,} bytes; at most {largest:,} are taken", [])
    try:
        call = _calls.decode(raw)
        return _about_nobody(call) or call
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at `$")
        return BadCall("BAD_CALL", message, [part for part in path.rstrip("`").lstrip(".").split(".") if part])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return BadCall("BAD_CALL", str(error), [])


def _about_nobody(call: Call) -> BadCall | None:
    """Why a call is refused that has a structure where its only identifier should be; beside another one it is left out (I6)."""
    if isinstance(call.user_id, dict | list) and call.anonymous_id is None:
        return BadCall("BAD_CALL", "userId is text or a number", ["userId"])
    if isinstance(call.anonymous_id, dict | list) and call.user_id is None:
        return BadCall("BAD_CALL", "anonymousId is text or a number", ["anonymousId"])
    return None


def _with_envelope(call: Call | BadCall, envelope: _Envelope) -> Call | BadCall:
    if isinstance(call, Call):
        call.sent_at = call.sent_at if call.sent_at is not None else envelope.sent_at
        call.context = call.context if call.context is not None else envelope.context
    return call
