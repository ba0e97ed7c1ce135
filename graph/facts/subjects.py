"""Reads the subjects of rows: identities and references become identity keys, strongest first (F1, I6)."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from graph.errors import excerpt
from graph.facts.rejection import InvalidInput
from graph.facts.shapes import is_object
from graph.identity.canonical import SPELT, is_domain, is_email, plain, tidy
from graph.identity.kinds import FREE_MAIL, Entity, blocked, order, stronger_first

_LONGEST = 512
_LONGEST_GIVEN = 2_048
"""Characters of a value before it is tidied: a domain may come as a URL."""
_SHAPED = frozenset(("email", "domain", "user_id", "anonymous_id"))
"""Kinds with a shape, or of one entity only."""
_LONGEST_KIND = 100
_KIND_OF = {"person": "email", "organisation": "domain"}
BY_ID = "id:"
"""The prefix of a key made of one of our own ids. An identity replaces it before anything is planned."""


class UnusableIdentity(InvalidInput):
    """An empty, blocked or malformed identity. It is left out, and its row is refused only where none remains (I6)."""


SILENT_CODES = frozenset(("EMPTY_IDENTITY", "BLOCKED_IDENTITY"))
"""Codes of identities that say no more than an absent one."""


def identity_key(entity: Entity, kind: object, value: object, path: Sequence[str]) -> str:
    """Return the key `kind:value` of an identity, tidied.

    Raises UnusableIdentity where it can never identify anyone (I6).
    """
    try:
        return _key(entity, kind, _as_text(value))
    except TypeError:
        part = "value" if isinstance(kind, str) else "kind"
        raise UnusableIdentity("BAD_IDENTITY", "kind and value of an identity are text", [*path, part]) from None
    except UnusableIdentity as refused:
        raise UnusableIdentity(refused.code, refused.message, [*path, *refused.path]) from None


def field_key(entity: Entity, kind: str, value: object, path: Sequence[str]) -> str:
    """Return the key of an identity whose value is a field of its own, at `path`. Raises UnusableIdentity."""
    try:
        return identity_key(entity, kind, value, ())
    except UnusableIdentity as refused:
        raise UnusableIdentity(refused.code, refused.message, path) from None


def _as_text(value: object) -> object:
    """Return a whole number as text, also one that became a float on its way. Other values stay as they are."""
    if type(value) is str:
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


@lru_cache(maxsize=50_000)
def _key(entity: Entity, kind: object, value: object) -> str:
    """Return the key of an identity. Cached, because the same few identities come again and again; refusals are not."""
    kind = _kind(kind)
    given = _checked(kind, value)
    bare = plain(given)
    if not bare:
        raise _empty(kind)
    text = tidy(kind, given) if kind in SPELT else bare
    if blocked(bare) or (text != bare and blocked(text)):
        raise UnusableIdentity(
            "BLOCKED_IDENTITY",
            f"{excerpt(given)} is a placeholder and identifies nobody; leave the {kind} out",
            ["value"],
        )
    if len(text) > _LONGEST:
        raise _not_plain()
    _check_shape(entity, kind, text, given)
    return f"{kind}:{text}"


def _checked(kind: str, value: object) -> str:
    """Return the value if it is text that can be stored. Raises UnusableIdentity."""
    if isinstance(value, str):
        if len(value) > _LONGEST_GIVEN or "\x00" in value or not encodes(value):
            raise _not_plain()
        return value
    if value is None:
        raise _empty(kind)
    shown = f", not {str(value).lower()}" if isinstance(value, bool | float) else ""
    raise UnusableIdentity("BAD_IDENTITY", f"the {kind} is text or a whole number{shown}", ["value"])


def _empty(kind: str) -> UnusableIdentity:
    message = f"the {kind} is empty; give its value or leave the identity out"
    return UnusableIdentity("EMPTY_IDENTITY", message, ["value"])


def _not_plain() -> UnusableIdentity:
    message = f"an identity's value is at most {_LONGEST} characters of plain text"
    return UnusableIdentity("BAD_IDENTITY", message, ["value"])


def is_usable(entity: Entity, kind: str, value: object) -> bool:
    """Return whether an identity can identify somebody (I6)."""
    try:
        identity_key(entity, kind, value, ())
    except UnusableIdentity:
        return False
    return True


@lru_cache(maxsize=1_000)
def _kind(given: object) -> str:
    if not isinstance(given, str) or not _fit_for_a_kind(given) or not plain(given):
        raise UnusableIdentity(
            "BAD_IDENTITY", "an identity needs a kind such as 'email' or 'user_id', without a colon", ["kind"]
        )
    return plain(given)


def _fit_for_a_kind(kind: str) -> bool:
    return ":" not in kind and "\x00" not in kind and len(kind) <= _LONGEST_KIND and encodes(kind)


def encodes(text: str) -> bool:
    """Return False if a text holds half of a surrogate pair, which is no character."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _check_shape(entity: Entity, kind: str, text: str, given: str) -> None:
    if kind not in _SHAPED:
        return
    if entity == "person" and kind == "domain":
        raise UnusableIdentity("BAD_IDENTITY", "a domain identifies an organisation, not a person", ["kind"])
    if entity == "organisation" and kind in ("email", "user_id", "anonymous_id"):
        raise UnusableIdentity("BAD_IDENTITY", f"{kind} identifies a person, not an organisation", ["kind"])
    if kind == "email" and not is_email(text):
        raise UnusableIdentity("BAD_EMAIL", f"{excerpt(given)} is not an email address such as ann@acme.com", ["value"])
    if kind == "domain" and not is_domain(text):
        raise UnusableIdentity("BAD_DOMAIN", f"{excerpt(given)} is not a domain such as acme.com", ["value"])
    if kind == "domain" and text in FREE_MAIL:
        raise UnusableIdentity(
            "FREE_MAIL_DOMAIN", f"{text} belongs to a mail provider and addresses no organisation", ["value"]
        )


def _known(entity: Entity, given: object) -> str | None:
    """Return the key of an identity in the most common shape; None for another shape or an unusable one."""
    if type(given) is dict and type(given.get("kind")) is type(given.get("value")) is str:
        try:
            return _key(entity, given["kind"], given["value"])
        except InvalidInput:
            return None
    return None


def read_identities(
    entity: Entity, given: object, path: Sequence[str], left_out: list[InvalidInput] | None = None
) -> list[str]:
    """Return the keys of a list of {kind, value}. Unusable ones go to `left_out`, or are raised where that is None."""
    if given is None:
        return []
    if not isinstance(given, Sequence) or isinstance(given, str):
        raise InvalidInput("BAD_IDENTITY", "identities is a list of {kind, value}", path)
    keys = []
    for place, each in enumerate(given):
        try:
            keys.append(_read_one(entity, each, [*path, str(place)]))
        except UnusableIdentity as refused:
            if left_out is None:
                raise
            left_out.append(refused)
    return keys


def read_former(given: object, keys: Sequence[str], left_out: list[InvalidInput]) -> str | None:
    """Return the key of the user id that a person had before the one among `keys` (I9).

    Where it identifies nobody it goes to `left_out`.
    """
    path = ["formerUserId"]
    user = next((key for key in keys if key.startswith("user_id:")), None)
    if user is None:
        message = "a former user id leads to the user_id that came after it; give that among the identities"
        left_out.append(UnusableIdentity("BAD_IDENTITY", message, path))
        return None
    try:
        former = field_key("person", "user_id", given, path)
    except UnusableIdentity as refused:
        left_out.append(refused)
        return None
    return former if former != user else None


def _read_one(entity: Entity, given: object, path: list[str]) -> str:
    if not is_object(given):
        raise UnusableIdentity("BAD_IDENTITY", "an identity is {kind, value}", path)
    return identity_key(entity, given.get("kind"), given.get("value"), path)


def read_reference(entity: Entity, given: object, path: Sequence[str]) -> str:
    """Return the key of a reference by id, by identity, by a person's email or by an organisation's domain."""
    if is_object(given) and len(given) == 1 and (named := given.get("identity")) is not None:
        known = _known(entity, named)
        return known if known is not None else _read_one(entity, named, [*path, "identity"])
    short = _KIND_OF[entity]
    names = ("id", short, "identity")
    if not is_object(given) or len(found := [n for n in given if given[n] is not None]) != 1 or found[0] not in names:
        raise InvalidInput("BAD_REFERENCE", f"name the {entity} by exactly one of {', '.join(names)}", path)
    if found[0] == "identity":
        return _read_one(entity, given["identity"], [*path, "identity"])
    if found[0] == short:
        return field_key(entity, short, given[short], [*path, short])
    return _read_id(entity, given["id"], [*path, "id"])


def _read_id(entity: Entity, given: Any, path: list[str]) -> str:
    if not isinstance(given, str) or not given or len(given) > _LONGEST:
        raise InvalidInput("UNKNOWN_ID", f"no {entity} has this id", path)
    return BY_ID + given


def sorted_keys(entity: Entity, keys: Sequence[str]) -> tuple[str, ...]:
    """Return keys without repetition, strongest first."""
    if len(keys) < 2:
        return tuple(keys)
    if len(keys) == 2 and keys[0] != keys[1]:
        return stronger_first(entity, *keys)
    return tuple(sorted(set(keys), key=lambda key: order(entity, key)))
