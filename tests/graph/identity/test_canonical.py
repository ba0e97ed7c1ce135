"""Spellings of one identity by people and systems are stored and looked up as the same (I6)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.facts.subjects import UnusableIdentity, identity_key
from graph.identity.canonical import is_domain, is_email, key_of, tidy
from graph.identity.kinds import Entity, blocked

DOMAINS = {
    "bücher.example": "xn--bcher-kva.example",
    "BÜCHER.example": "xn--bcher-kva.example",
    "bu\u0308cher.example": "xn--bcher-kva.example",
    "xn--bcher-kva.example": "xn--bcher-kva.example",
    "XN--BCHER-KVA.Example.": "xn--bcher-kva.example",
    "bücher\u3002example": "xn--bcher-kva.example",
    "https://www.bücher.example/über?x=1#y": "xn--bcher-kva.example",
    "acme.com.": "acme.com",
    "acme.com\u200b": "acme.com",
    "ac\u00adme.com": "acme.com",
    "ac\u200dme.com": "acme.com",
    "\u202eacme.com": "acme.com",
    "\uff21\uff23\uff2d\uff25\uff0e\uff43\uff4f\uff4d": "acme.com",
    "HTTP://WWW.ACME.COM:8080/a:b": "acme.com",
    "//acme.com?utm=1": "acme.com",
    "acme.com:443": "acme.com",
    "www.acme.co.uk": "acme.co.uk",
    "www.com": "www.com",
    "straße.example": "xn--strae-oqa.example",
    "strasse.example": "strasse.example",
    "İstanbul.example": "xn--istanbul-o0e.example",
    "i❤.ws": "xn--i-7iq.ws",
    "i❤\ufe0f.ws": "xn--i-7iq.ws",
    "пример.рф": "xn--e1afmkfd.xn--p1ai",
    "例え。テスト": "xn--r8jz45g.xn--zckzah",
    "ශ්\u200dරී.com": "xn--10cl1a0b660p.com",
    "_dmarc.acme.com": "_dmarc.acme.com",
}


@pytest.mark.parametrize(("written", "kept"), DOMAINS.items(), ids=[ascii(each) for each in DOMAINS])
def test_I6_a_domain_has_one_form_however_it_is_written(written: str, kept: str) -> None:
    assert identity_key("organisation", "domain", written, ()) == f"domain:{kept}"
    assert key_of("domain", written) == f"domain:{kept}"


@pytest.mark.parametrize(
    "written",
    ["acme", "acme..com", ".com", "10.0.0.12", "[::1]", "ann@acme.com", "https://user:pw@acme.com", "a b.com", "x\ufffd.com", "a\\b.com",
     "ü" * 64 + ".com", "a" * 64 + ".com", "a." * 140 + "com", "acme.com, beta.com", "\ud800.com", "acme.123", "http://", "a\uff0fb.com"],
    ids=ascii,
)  # fmt: skip
def test_I6_what_is_no_domain_is_refused(written: str) -> None:
    with pytest.raises(UnusableIdentity):
        identity_key("organisation", "domain", written, ())


EMAILS = {
    " Ann@Acme.Test ": "ann@acme.test",
    "mailto:Ann@Acme.Test": "ann@acme.test",
    "MAILTO:ann@acme.test?subject=Hi": "ann@acme.test",
    "ann@acme.test\u200b": "ann@acme.test",
    "\ufeffann@acme.test": "ann@acme.test",
    "a\u200bnn@acme.test": "ann@acme.test",
    "a\u200dnn@acme.test": "ann@acme.test",
    "\u202aann@acme.test\u202c": "ann@acme.test",
    "ann\x07@acme.test": "ann@acme.test",
    "ann@acme.test.": "ann@acme.test",
    "ann@bücher.example": "ann@xn--bcher-kva.example",
    "ann@xn--bcher-kva.example": "ann@xn--bcher-kva.example",
    "Ann@BU\u0308CHER\u3002example": "ann@xn--bcher-kva.example",
    "jose\u0301@x.test": "josé@x.test",
    "JOSÉ@x.test": "josé@x.test",
    "J\u030cana@x.test": "ǰana@x.test",
    "user@host": "user@host",
    "ann+news@acme.test": "ann+news@acme.test",
    "o'hara/x=y@acme.test": "o'hara/x=y@acme.test",
    '"ann smith"@acme.test': '"ann smith"@acme.test',
    '"a@b"@acme.test': '"a@b"@acme.test',
    "ann@[192.168.0.1]": "ann@[192.168.0.1]",
    "ann@[IPv6:2001:db8::1]": "ann@[ipv6:2001:db8::1]",
    "ann..b.@docomo.test": "ann..b.@docomo.test",
}


@pytest.mark.parametrize(("written", "kept"), EMAILS.items(), ids=[ascii(each) for each in EMAILS])
def test_I6_an_email_has_one_form_however_it_is_written(written: str, kept: str) -> None:
    assert identity_key("person", "email", written, ()) == f"email:{kept}"
    assert key_of("email", written) == f"email:{kept}"


@pytest.mark.parametrize(
    "written",
    ["Tess <ty8@x.example>", "tess<ty8@x.example>", "<ann@x.test>", "ann", "@x.test", "ann@", "ann@@x.test", "a@b@x.test", "ann@x .test",
     "ann smith@x.test", "a@x.test, b@x.test", "a@x.test;b@x.test", "ann(home)@x.test", "ann\uff20x.test", "ann@x..test", "ann@.test",
     "mailto:mailto:a@x.test", "ann@x\ufffd.test", '"ann@x.test', "ann\n@x.test", "ann@x.test/path", "ann\x00@x.test", "\ud83d@x.test"],
    ids=ascii,
)  # fmt: skip
def test_I6_what_is_no_email_is_refused_and_quoted_as_it_was_given(written: str) -> None:
    with pytest.raises(UnusableIdentity) as refused:
        identity_key("person", "email", written, ())
    if refused.value.code == "BAD_EMAIL":
        assert ascii(written) in ascii(refused.value.message) or repr(written) in refused.value.message


@pytest.mark.parametrize("kind", ["user_id", "anonymous_id", "salesforce_contact"])
@pytest.mark.parametrize(
    "written", [" J\u00fcrgen ", "Ju\u0308rgen", "Jürgen\u200b", "\u2066Jürgen\u2069", "\ufeffJürgen\r\n"]
)
def test_I6_another_composition_or_an_invisible_character_makes_nobody_else(kind: str, written: str) -> None:
    assert identity_key("person", kind, written, ()) == f"{kind}:Jürgen"


@pytest.mark.parametrize(
    ("written", "kept"), [(7, "7"), (12345.0, "12345"), (2**70, str(2**70)), ("007", "007"), ("A b", "A b")]
)
def test_I6_whole_numbers_are_ids_and_text_keeps_its_case(written: object, kept: str) -> None:
    assert identity_key("person", "user_id", written, ()) == f"user_id:{kept}"


@pytest.mark.parametrize(
    "written",
    [0, -1, 0.0, "None", "nil", "NaN", "NULL", "undefined", "[object Object]", "00000000-0000-0000-0000-000000000000", "n/a", " N/A ", "-",
     "\u2014", "null\u200b", "\u202eundefined", "\uff4e\uff55\uff4c\uff4c"],
    ids=ascii,
)  # fmt: skip
@pytest.mark.parametrize(("entity", "kind"), [("person", "user_id"), ("person", "email"), ("organisation", "domain")])
def test_I6_a_placeholder_is_called_one_and_quoted_as_given(entity: Entity, kind: str, written: object) -> None:
    with pytest.raises(UnusableIdentity) as refused:
        identity_key(entity, kind, written, ("identities", "0"))
    assert refused.value.code == "BLOCKED_IDENTITY"
    assert repr(written if isinstance(written, str) else str(int(written))) in refused.value.message  # type: ignore[call-overload]
    assert refused.value.path == ["identities", "0", "value"]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("", "EMPTY_IDENTITY"),
        (None, "EMPTY_IDENTITY"),
        (" \t\r\n\u3000", "EMPTY_IDENTITY"),
        ("\u200b\ufeff\u2060", "EMPTY_IDENTITY"),
        (True, "BAD_IDENTITY"),
        (False, "BAD_IDENTITY"),
        (1.5, "BAD_IDENTITY"),
        (float("nan"), "BAD_IDENTITY"),
        (1e300, "BAD_IDENTITY"),
        ({"id": 1}, "BAD_IDENTITY"),
        (["u1"], "BAD_IDENTITY"),
        (b"u1", "BAD_IDENTITY"),
        ("u\x00", "BAD_IDENTITY"),
        ("\udc00", "BAD_IDENTITY"),
        ("x" * 513, "BAD_IDENTITY"),
        ("x" * 1_000_000, "BAD_IDENTITY"),
    ],
    ids=lambda each: ascii(each)[:30],
)
def test_I6_what_identifies_nobody_is_refused_with_a_short_message(written: object, code: str) -> None:
    with pytest.raises(UnusableIdentity) as refused:
        identity_key("person", "user_id", written, ())
    assert refused.value.code == code
    assert len(refused.value.message) < 200


def test_I6_a_long_wrong_value_is_cut_in_the_message() -> None:
    with pytest.raises(UnusableIdentity, match=r"'… \(500 characters\) is not an email") as refused:
        identity_key("person", "email", "x" * 500, ())
    assert len(refused.value.message) < 200


@given(st.sampled_from(["email", "domain", "user_id"]), st.text(max_size=30))
def test_I6_a_value_in_its_form_stays_as_it_is(kind: str, written: str) -> None:
    once = tidy(kind, written)
    shaped = {"email": is_email, "domain": is_domain, "user_id": lambda _: True}[kind]
    if shaped(once):
        assert tidy(kind, once) == once


@given(
    st.text(alphabet=st.characters(codec="utf-8"), min_size=1, max_size=10),
    st.sampled_from(["\u200b", "\ufeff", " ", "\u2060"]),
)
def test_I6_what_nobody_sees_around_a_value_makes_no_other_person(written: str, unseen: str) -> None:
    assert tidy("user_id", unseen + written + unseen) == tidy("user_id", written)


def test_I6_a_dash_of_any_length_is_a_placeholder_and_a_number_with_zeros_is_not() -> None:
    assert [blocked(each) for each in ("\u2013", "0-0_0", "0a", "100")] == [True, True, False, False]
