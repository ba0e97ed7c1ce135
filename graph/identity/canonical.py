"""The canonical form of an identity's value, in which it is stored and looked up (I6).

Plain ASCII, which nearly every value is, needs only trimming and lower case.
"""

import re
import unicodedata

from idna import IDNAError, uts46_remap, valid_contextj

_LONGEST_HOST = 253
_JOINERS = "\u200c\u200d"
_CONTROLS = "\x01-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"
_IGNORABLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""Invisible characters: Unicode's default ignorables without the joiners, and marks of annotations."""
_INVISIBLE = re.compile(f"[{_CONTROLS}{_IGNORABLE}{_JOINERS}]")
_INVISIBLE_IN_HOSTS = re.compile(f"[{_CONTROLS}{_IGNORABLE}]")
_SCHEME = re.compile(r"(?:https?:)?//")
_AFTER_HOST = re.compile(r"[/?#]")
_PORT = re.compile(r":[0-9]{0,5}\Z")
_LOCAL = re.compile(r"""[^\s@<>()\[\],;:\\"]+|"(?:[^"\\\r\n]|\\.)+\"""")
_HOST = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")
_COMMON_EMAIL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~.-]+@[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")
"""The form of nearly every address. Tested first, because it is tested for every value."""
_ADDRESS_LITERAL = re.compile(r"\[(?:ipv6:)?[0-9a-f:.]{2,45}\]")
_DOMAIN = re.compile(r"(?:[a-z0-9_-]{1,63}\.)+(?![0-9]+\Z)[a-z0-9-]{2,63}")
SPELT = frozenset(("email", "domain"))
"""Kinds whose values have one spelling. Values of other kinds are only trimmed and composed."""


def tidy(kind: str, value: str) -> str:
    """Return a value in its canonical form: trimmed, NFC, without invisible characters.

    Emails and domains are in lower case, and their hosts in the ASCII form of UTS 46. An email loses `mailto:`. A
    domain loses the parts of a URL around it: scheme, `www.`, port and path. A wrong email or domain stays wrong;
    `is_email` and `is_domain` test that.
    """
    if kind == "email":
        return _email(value)
    if kind == "domain":
        return _domain(value)
    return plain(value)


def key_of(kind: str, value: str) -> str:
    """Return the key under which an identity is stored, for any spelling of kind and value."""
    kind = plain(kind)
    return f"{kind}:{tidy(kind, value)}"


def plain(value: str) -> str:
    """Return a text trimmed, composed (NFC) and without invisible characters."""
    return _composed(value, _INVISIBLE)


def is_email(value: str) -> bool:
    """Return whether a tidied value has the shape of an email address; `user@host` has."""
    if len(value) <= _LONGEST_HOST and _COMMON_EMAIL.fullmatch(value) is not None:
        return True
    local, at, host = value.rpartition("@")
    if not at or _LOCAL.fullmatch(local) is None or len(host) > _LONGEST_HOST:
        return False
    return _HOST.fullmatch(host) is not None or _ADDRESS_LITERAL.fullmatch(host) is not None


def is_domain(value: str) -> bool:
    """Return whether a tidied value has the shape of a domain, such as `acme.com`; an IP address has not."""
    return len(value) <= _LONGEST_HOST and _DOMAIN.fullmatch(value) is not None


def _composed(value: str, invisible: re.Pattern[str]) -> str:
    if value.isascii() and value.isprintable():
        return value.strip()
    return unicodedata.normalize("NFC", invisible.sub("", value)).strip()


def _visible(local: str) -> str:
    """Return the part before the `@` without joiners. White space stays, because it is wrong there."""
    return local if local.isascii() else unicodedata.normalize("NFC", _INVISIBLE.sub("", local))


def _lower(value: str) -> str:
    """Return a text in lower case, composed again: small letters may compose where capitals do not."""
    text = _composed(value, _INVISIBLE_IN_HOSTS).lower()
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _email(value: str) -> str:
    text = _lower(value)
    if _COMMON_EMAIL.fullmatch(text) is not None:
        return text
    if text.startswith("mailto:"):
        text = text.removeprefix("mailto:").partition("?")[0].strip()
    local, at, host = text.rpartition("@")
    return f"{_visible(local)}@{_host(host)}" if at else plain(text)


def _domain(value: str) -> str:
    text = _lower(value)
    scheme = _SCHEME.match(text)
    rest = text[scheme.end() :] if scheme else text
    host = _host(_PORT.sub("", _AFTER_HOST.split(rest, maxsplit=1)[0]))
    short = host.removeprefix("www.")
    return short if "." in short else host


def _host(host: str) -> str:
    """Return a host as the domain name system knows it: labels in ASCII, without the dot of the root."""
    return (host if host.isascii() else _in_ascii(host)).rstrip(".")


def _in_ascii(host: str) -> str:
    if len(host) > _LONGEST_HOST:
        return host
    try:
        mapped = uts46_remap(_without_idle_joiners(host), std3_rules=False, transitional=False)
        return ".".join(_label(each) for each in mapped.split("."))
    except (IDNAError, UnicodeError):
        return host


def _label(label: str) -> str:
    return label if label.isascii() else f"xn--{label.encode('punycode').decode()}"


def _without_idle_joiners(host: str) -> str:
    """Return a host without joiners, except those that change how its script is read, as in Sinhala or Persian."""
    if not any(each in host for each in _JOINERS):
        return host
    return "".join(each for place, each in enumerate(host) if each not in _JOINERS or valid_contextj(host, place))
