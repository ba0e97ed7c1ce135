"""From a write key to the source that its facts come from (V1, V2)."""

from typing import NamedTuple

from starlette.requests import Request

from api.access_log import KEY_NAME
from api.auth import AccessDenied, caller, known_key, own_source, secret_of
from api.keys import Key, KeyRing
from api.refusal_log import REFUSAL_LOG
from api.tracking.refusal import TrackingRefusal

UNKEYED = "segment"
"""The source of calls to a service that has no keys."""
SCOPE = "track"


class TrackingGrant(NamedTuple):
    """Who may track: the source of their calls, and whether their key proves nothing (V2)."""

    source: str
    public: bool = False


def authorise(keys: KeyRing, request: Request, in_body: str | None) -> TrackingGrant:
    """Who sends a request's calls; raises TrackingRefusal where they may not track.

    The key is the user of Basic authorisation, as Segment's SDKs send it, or the body's `writeKey`, as in a browser.
    """
    if keys.empty:
        return TrackingGrant(_unkeyed(keys, request))
    secret = secret_of(request.headers.get("authorization", "")) or in_body
    if secret is None:
        raise TrackingRefusal(401, "BAD_KEY", "no write key: send it as the user of Basic authorisation")
    peer = request.client.host if request.client else None
    key = known_key(keys, secret, peer)
    if key is None:
        raise TrackingRefusal(401, "BAD_KEY", "the write key is unknown, revoked or expired")
    request.scope[KEY_NAME] = key.name
    if not key.allows(SCOPE):
        lacks = f"the key {key.name!r} lacks the scope `{SCOPE}`"
        REFUSAL_LOG.note(lacks, peer)
        raise TrackingRefusal(403, "FORBIDDEN", lacks)
    return TrackingGrant(source_of(key), key.public)


def source_of(key: Key) -> str:
    """`public:NAME` for a key that ships in web pages, which proves nothing (V2); `segment:NAME` for any other."""
    return own_source(key) if key.public else f"{UNKEYED}:{own_source(key)}"


def _unkeyed(keys: KeyRing, request: Request) -> str:
    try:
        caller(keys, request.headers, request.client.host if request.client else None)
    except AccessDenied as refused:
        raise TrackingRefusal(refused.status, refused.code, refused.message) from refused
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != "application/json" and "authorization" not in request.headers:
        # What a page of another site may send without asking first; an SDK sends one of the two.
        raise TrackingRefusal(
            415, "BAD_CONTENT_TYPE", "send Content-Type application/json, or make a key, with which text/plain is taken"
        )
    return UNKEYED
