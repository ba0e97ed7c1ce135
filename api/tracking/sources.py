"""Authorise tracking calls, and name the source of their facts by the write key (V1, V2)."""

from typing import NamedTuple

from starlette.requests import Request

from api.access_log import note_key
from api.auth import AccessDenied, authenticate_request, own_source, secret_of, valid_key
from api.keys import Key, KeyRing
from api.refusal_log import REFUSAL_LOG
from api.tracking.refusal import TrackingRefusal

UNKEYED = "segment"
"""The source of calls to a service that has no keys."""
SCOPE = "track"


class TrackingGrant(NamedTuple):
    """The right to track: the source of the calls, and whether the key is public and so proves nothing (V2)."""

    source: str
    public: bool = False


def authorise(keys: KeyRing, request: Request, body_key: str | None) -> TrackingGrant:
    """Return the grant of a request's key. Raises TrackingRefusal.

    The key is the user of Basic authorisation, as Segment's SDKs send it. In a browser it is the body's `writeKey`, here
    `body_key`.
    """
    if keys.empty:
        return TrackingGrant(_source_without_keys(keys, request))
    secret = secret_of(request.headers.get("authorization", "")) or body_key
    if secret is None:
        raise TrackingRefusal(401, "BAD_KEY", "no write key: send it as the user of Basic authorisation")
    peer = request.client.host if request.client else None
    key = valid_key(keys, secret, peer)
    if key is None:
        raise TrackingRefusal(401, "BAD_KEY", "the write key is unknown, revoked or expired")
    note_key(request.scope, key.name)
    if not key.allows(SCOPE):
        reason = f"the key {key.name!r} lacks the scope `{SCOPE}`"
        REFUSAL_LOG.note(reason, peer)
        raise TrackingRefusal(403, "FORBIDDEN", reason)
    return TrackingGrant(source_of(key), key.public)


def source_of(key: Key) -> str:
    """Return the source of a key's calls: `public:NAME` for a public key (V2), `segment:NAME` for any other."""
    return own_source(key) if key.public else f"{UNKEYED}:{own_source(key)}"


def _source_without_keys(keys: KeyRing, request: Request) -> str:
    try:
        authenticate_request(keys, request)
    except AccessDenied as refused:
        raise TrackingRefusal(refused.status, refused.code, refused.message) from refused
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != "application/json" and "authorization" not in request.headers:
        # Without either header a page of another site can send this without a preflight. SDKs send one of the two.
        raise TrackingRefusal(
            415, "BAD_CONTENT_TYPE", "send Content-Type application/json, or make a key, with which text/plain is taken"
        )
    return UNKEYED
