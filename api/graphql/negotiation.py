"""Choose the media type of a response: by quality, then by exactness, then by position in `Accept`."""

from __future__ import annotations

from functools import lru_cache

JSON = "application/json"
GRAPHQL = "application/graphql-response+json"
HTML = "text/html"
_OFFERED = (JSON, GRAPHQL)


@lru_cache(maxsize=256)
def media(accept: str | None) -> str | None:
    """Return the media type for an `Accept` header: JSON without one, None if no type that we have is accepted."""
    if accept is None or not accept.strip():
        return JSON
    best: tuple[float, int, int] | None = None
    chosen = None
    for position, part in enumerate(accept.split(",")):
        kind, *parameters = (piece.strip().lower() for piece in part.split(";"))
        rank = (_quality(parameters), _exactness(kind), -position)
        offered = _offered_type(kind)
        if offered is not None and _accepts_utf8(parameters) and rank[0] > 0 and (best is None or rank > best):
            best, chosen = rank, offered
    return chosen


def _offered_type(kind: str) -> str | None:
    if kind in (*_OFFERED, HTML):
        return kind
    return JSON if kind in ("*/*", "application/*") else None


def _exactness(kind: str) -> int:
    return 0 if kind == "*/*" else 1 if kind.endswith("/*") else 2


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return float(parameter[2:])
            except ValueError:
                return 0.0
    return 1.0


def _accepts_utf8(parameters: list[str]) -> bool:
    wanted = [parameter[8:].strip('"') for parameter in parameters if parameter.startswith("charset=")]
    return not wanted or wanted[0] in ("utf-8", "utf8")
