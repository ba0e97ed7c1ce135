"""Kinds of identities: their strength, their number per owner, and values that are never identities (I1, I2, I6)."""

import re
import unicodedata
from functools import lru_cache
from typing import Literal

Entity = Literal["person", "organisation"]

HAND = "hand"
"""Strength of evidence by a person: a merge by hand (I4)."""
CRM_MERGE = "merge"
"""Strength of evidence by a CRM's merge (I1)."""
ALIAS = "alias"
"""Strength of evidence that a user id replaced another, from a key that is not public (I9)."""
SEEN = "seen"
"""Strength of evidence from identities seen together on one fact."""
PUBLIC = "public"
"""Strength of evidence from a public tracking key alone (V2)."""

STRENGTHS = {HAND: 0, CRM_MERGE: 1, ALIAS: 2, SEEN: 3, PUBLIC: 4}

_RANKS: dict[Entity, dict[str, int]] = {
    "person": {"user_id": 1, "email": 2, "anonymous_id": 3},
    "organisation": {"organisation_id": 1, "domain": 2},
}
_CRM_RANK = 0
DEFAULT_LIMITS = {"email": 16, "anonymous_id": 50, "domain": 64}
"""Most identities of one kind for one person or organisation. A kind not named here may occur once (I2)."""

ANY_OTHER = "*"
"""Stands in limits for every kind that is not named, such as a CRM's id (I2)."""

_BLOCKED = frozenset(
    [
        "null",
        "none",
        "nil",
        "undefined",
        "unknown",
        "anonymous",
        "guest",
        "n/a",
        "na",
        "nan",
        "-1",
        "true",
        "false",
        "[object",
        "object]",
        "{}",
        "[]",
        "not_set",
        "not set",
        "[object object]",
    ]
)
_EMPTY = re.compile(r"[0\-_.\s\u2010-\u2015\u2212]*")

FREE_MAIL = frozenset(
    [
        "gmail.com",
        "googlemail.com",
        "outlook.com",
        "hotmail.com",
        "hotmail.co.uk",
        "live.com",
        "msn.com",
        "yahoo.com",
        "yahoo.co.uk",
        "yahoo.fr",
        "yahoo.de",
        "yahoo.co.in",
        "ymail.com",
        "aol.com",
        "icloud.com",
        "me.com",
        "mac.com",
        "gmx.com",
        "gmx.de",
        "gmx.net",
        "web.de",
        "t-online.de",
        "mail.com",
        "mail.ru",
        "yandex.com",
        "yandex.ru",
        "proton.me",
        "protonmail.com",
        "pm.me",
        "zoho.com",
        "fastmail.com",
        "hey.com",
        "qq.com",
        "163.com",
        "126.com",
        "sina.com",
        "foxmail.com",
        "naver.com",
        "daum.net",
        "orange.fr",
        "free.fr",
        "laposte.net",
        "wanadoo.fr",
        "libero.it",
        "virgilio.it",
        "comcast.net",
        "verizon.net",
        "att.net",
        "sbcglobal.net",
        "bellsouth.net",
        "rediffmail.com",
        "tutanota.com",
        "skynet.be",
        "telenet.be",
        "ziggo.nl",
        "kpnmail.nl",
        "bluewin.ch",
        "btinternet.com",
        "sky.com",
    ]
)
"""Domains of mail providers, which identify no organisation (I5)."""


def kind_of(key: str) -> str:
    """Return the kind of an identity's key (`email` of `email:ann@acme.test`)."""
    return key.partition(":")[0]


def value_of(key: str) -> str:
    """Return the value of an identity's key."""
    return key.partition(":")[2]


def strength_of_kind(entity: Entity, kind: str) -> int:
    """Return the rank of a kind, strongest first: any CRM's id, `user_id`, `email`, `anonymous_id` (I1)."""
    return _RANKS[entity].get(kind, _CRM_RANK)


@lru_cache(maxsize=50_000)
def order(entity: Entity, key: str) -> tuple[int, str]:
    """Return a sort key with the strongest identity first, by kind and then by key, without counts and clocks (I1)."""
    return strength_of_kind(entity, kind_of(key)), key


def stronger_first(entity: Entity, one: str, other: str) -> tuple[str, str]:
    """Return two identities in their order (I1)."""
    return (one, other) if order(entity, one) <= order(entity, other) else (other, one)


def blocked(value: str) -> bool:
    """Return whether a value is never an identity, such as `null` or zeros and dashes (I6)."""
    text = value if value.isascii() else unicodedata.normalize("NFKC", value)
    return text.lower() in _BLOCKED or _EMPTY.fullmatch(text) is not None
