"""Random criteria, each with a plain-Python reading of its own: no tree, no shift, no Cypher.

A `Rule` is a text and a function that says whether it holds for something at an instant (epoch milliseconds).
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from tests.graph.criteria.world import DAYS, Happening, Membership, Organisation, Person

Seen = Any
Reading = Callable[[Seen, int], bool]
DAY = 86_400_000


@dataclass(frozen=True)
class Rule:
    text: str
    holds: Reading = field(repr=False, compare=False)


@dataclass(frozen=True)
class Number:
    text: str
    value: Callable[[Seen], float | None] = field(repr=False, compare=False)


@dataclass(frozen=True)
class View:
    """The subject of a rule, with the nodes around it."""

    organisation: Organisation | None = None
    person: Person | None = None
    membership: Membership | None = None
    event: Happening | None = None

    def get(self, entity: str, name: str) -> Any:
        it: Any = getattr(self, entity)
        if entity == "event":
            return getattr(it, name)
        return it.values.get({"first_seen_at": "firstSeenAt", "first_seen_date": "firstSeenAt"}.get(name, name))


_COMPARE = {
    "=": operator.eq,
    "==": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_CALCULATE = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}


def day_of(ms: int) -> date:
    return datetime.fromtimestamp(ms // 1000, UTC).date()


def months_on(ms: int, months: int) -> int:
    moment = datetime.fromtimestamp(ms // 1000, UTC)
    return round(_months(moment, months).timestamp()) * 1000 + ms % 1000


def _months(moment: Any, months: int) -> Any:
    total = moment.year * 12 + moment.month - 1 + months
    for last in range(moment.day, 0, -1):
        try:
            return moment.replace(year=total // 12, month=total % 12 + 1, day=last)
        except ValueError:
            continue
    raise AssertionError


# ---------------------------------------------------------------- leaves


def _quote(text: str) -> st.SearchStrategy[str]:
    return st.sampled_from([f"'{text}'", f'"{text}"'])


def texts(prefix: str, entity: str, name: str, words: tuple[str, ...]) -> st.SearchStrategy[Rule]:
    written = prefix + name

    @st.composite
    def draw(pick: Any) -> Rule:
        word = pick(st.sampled_from(words))
        quoted = pick(_quote(word))
        others = pick(st.lists(st.sampled_from(words), max_size=3))
        listed = ", ".join(f"'{o}'" for o in others) or "''"
        others = others or [""]

        def value(seen: View) -> str | None:
            found: str | None = seen.get(entity, name)
            return found

        return pick(
            st.sampled_from(
                [
                    Rule(f"{written} = {quoted}", lambda s, _: value(s) == word),
                    Rule(f"{written} is {quoted}", lambda s, _: value(s) == word),
                    Rule(f"{written} != {quoted}", lambda s, _: value(s) != word),
                    Rule(f"{written} IS NOT {quoted}", lambda s, _: value(s) != word),
                    Rule(f"{written} in ({listed})", lambda s, _: value(s) in others),
                    Rule(f"{written} not in ({listed})", lambda s, _: value(s) not in others),
                    Rule(
                        f"{written} contains '{word[1:]}'", lambda s, _: value(s) is not None and word[1:] in value(s)
                    ),
                    Rule(
                        f"{written} does not start with '{word[:1]}'",
                        lambda s, _: value(s) is None or not value(s).startswith(word[:1]),
                    ),
                    Rule(
                        f"{written} ends with '{word[-1:]}'",
                        lambda s, _: value(s) is not None and value(s).endswith(word[-1:]),
                    ),
                    Rule(f"{written} has any value", lambda s, _: value(s) is not None),
                    Rule(f"{written} has no value", lambda s, _: value(s) is None),
                ]
            )
        )

    return draw()


def numbers(prefix: str, entity: str, names: tuple[str, ...]) -> st.SearchStrategy[Rule]:
    literal = st.sampled_from(
        [("0", 0.0), ("10", 10), ("1_0", 10), ("0.9", 0.9), ("90%", 0.9), ("-5", -5), ("100.0", 100)]
    )
    leaf = st.one_of(
        literal.map(lambda pair: Number(pair[0], lambda _: pair[1])),
        st.sampled_from(names).map(lambda name: Number(prefix + name, lambda s: s.get(entity, name))),
    )

    def calculated(parts: tuple[Number, str, Number]) -> Number:
        left, sign, right = parts

        def value(seen: View) -> float | None:
            a, b = left.value(seen), right.value(seen)
            if a is None or b is None or (sign == "/" and b == 0):
                return None
            return _CALCULATE[sign](float(a), float(b))

        return Number(f"({left.text} {sign} {right.text})", value)

    amount = st.recursive(
        leaf, lambda inner: st.tuples(inner, st.sampled_from("+-*/"), inner).map(calculated), max_leaves=3
    )

    def compared(parts: tuple[Number, str, Number]) -> Rule:
        left, sign, right = parts

        def holds(seen: View, _: int) -> bool:
            a, b = left.value(seen), right.value(seen)
            known = a is not None and b is not None
            if sign in {"!=", "<>"}:
                return not (known and a == b)
            return known and _COMPARE[sign](a, b)

        return Rule(f"{left.text} {sign} {right.text}", holds)

    signs = st.sampled_from(["=", "==", "!=", "<>", "<", "<=", ">", ">="])
    return st.tuples(amount, signs, amount).map(compared)


def _key(day: date, unit: str) -> tuple[int, ...]:
    return {
        "day": (day.toordinal(),),
        "week": tuple(day.isocalendar())[:2],
        "month": (day.year, day.month),
        "quarter": (day.year, (day.month - 1) // 3),
        "year": (day.year,),
    }[unit]


def _other(today: date, unit: str, which: str) -> date:
    """Some day of the last or next period."""
    day = today
    while _key(day, unit) == _key(today, unit):
        day += timedelta(days=-1 if which == "last" else 1)
    return day


_UNITS = {"minutes": 60_000, "hours": 3_600_000, "days": DAY, "weeks": 7 * DAY}
_MONTHS = {"months": 1, "quarters": 3, "years": 12}


def moment_rules(  # noqa: C901 - one small reading for each kind of clause
    written: str,
    value: Callable[[View], Any],
    *,
    is_date: bool,
    kinds: tuple[str, ...] = ("window", "ago", "period", "against", "known"),
    leads: tuple[str, ...] = ("within", "is within", "WITHIN"),
    units: tuple[str, ...] = (),
) -> st.SearchStrategy[Rule]:
    """Rules about a date (`date`) or an instant (epoch milliseconds)."""
    units = units or (("days", "weeks", *_MONTHS) if is_date else (*_UNITS, *_MONTHS))

    def day(seen: View) -> date | None:
        found = value(seen)
        return found if is_date or found is None else day_of(found)

    @st.composite
    def window(pick: Any) -> Rule:
        count = pick(st.sampled_from([1, 2, 3, 7, 30, 90]))
        unit = pick(st.sampled_from(units))
        count = min(count, 7) if unit in _MONTHS else count
        which = pick(st.sampled_from(["last ", "next ", "past ", ""]))
        lead = pick(st.sampled_from(leads))

        def holds(seen: View, now: int) -> bool:
            x = value(seen)
            if x is None:
                return False
            back, ahead = _reach(x, now, count, unit, is_date)
            return {"last ": back, "past ": back, "next ": ahead, "": back or ahead}[which]

        return Rule(f"{written} {lead} {which}{count} {unit}", holds)

    @st.composite
    def ago(pick: Any) -> Rule:
        count, sign = pick(st.sampled_from([1, 3, 7, 30])), pick(st.sampled_from(["<", "<=", ">", ">="]))
        unit = pick(st.sampled_from(["days", "weeks"] if is_date else [*_UNITS]))
        which = pick(st.sampled_from(["ago", "from now"]))

        def holds(seen: View, now: int) -> bool:
            x = value(seen)
            if x is None:
                return False
            distance = (day_of(now) - x).days * DAY if is_date else now - x
            distance = distance if which == "ago" else -distance
            # What lies on the other side is not so many days ago, nor from now; an instant that is now has passed.
            side = distance > 0 if which == "from now" and not is_date else distance >= 0
            return _COMPARE[sign](distance, count * _UNITS[unit]) and (sign in {">", ">="} or side)

        return Rule(f"{written} {sign} {count} {unit} {which}", holds)

    @st.composite
    def period(pick: Any) -> Rule:
        unit, which = (
            pick(st.sampled_from(["week", "month", "quarter", "year"])),
            pick(st.sampled_from(["this", "last", "next"])),
        )
        lead = pick(st.sampled_from(["in ", "within ", "during ", ""]))

        def holds(seen: View, now: int) -> bool:
            d, today = day(seen), day_of(now)
            return d is not None and _key(d, unit) == _key(
                today if which == "this" else _other(today, unit, which), unit
            )

        return Rule(f"{written} {lead}{which} {unit}", holds)

    @st.composite
    def against(pick: Any) -> Rule:
        sign = pick(st.sampled_from(["<", "<=", ">", ">=", "=", "!="]))
        name, shift = pick(st.sampled_from([("today", 0), ("yesterday", -1), ("tomorrow", 1), ("", 0)]))
        fixed = pick(st.sampled_from(DAYS))
        write = name or pick(st.sampled_from([f"'{fixed}'", str(fixed)]))

        def holds(seen: View, now: int) -> bool:
            d = day(seen)
            other = day_of(now) + timedelta(days=shift) if name else fixed
            if sign == "!=":
                return d != other
            return d is not None and _COMPARE[sign](d, other)

        return Rule(f"{written} {sign} {write}", holds)

    known = st.sampled_from(
        [
            Rule(f"{written} has any value", lambda s, _: value(s) is not None),
            Rule(f"{written} has no value", lambda s, _: value(s) is None),
        ]
    )
    made = {"window": window(), "ago": ago(), "period": period(), "against": against(), "known": known}
    return st.one_of([made[kind] for kind in kinds])


def _reach(x: Any, now: int, count: int, unit: str, is_date: bool) -> tuple[bool, bool]:
    """Return whether it lies within the last, and within the next, so many units."""
    if is_date:
        today = day_of(now)
        if unit in _MONTHS:
            months = count * _MONTHS[unit]
            return x <= today < _months(x, months), x >= today >= _months(x, -months) + timedelta(days=1)
        days = count * _UNITS[unit] // DAY
        return today - timedelta(days=days) < x <= today, today <= x < today + timedelta(days=days)
    if unit in _MONTHS:
        months = count * _MONTHS[unit]
        return x <= now < months_on(x, months), months_on(x, -months) <= now < x
    reach = count * _UNITS[unit]
    return now - reach < x <= now, now < x <= now + reach


def times(prefix: str, entity: str, name: str, *, is_date: bool) -> st.SearchStrategy[Rule]:
    return moment_rules(prefix + name, lambda s: s.get(entity, name), is_date=is_date)


def organisation_leaves(prefix: str = "") -> st.SearchStrategy[Rule]:
    def get(name: str) -> Callable[[View], Any]:
        return lambda s: s.get("organisation", name)

    churned, tags = get("churned"), get("tags")
    return st.one_of(
        texts(prefix, "organisation", "plan", ("pro", "free", "")),
        numbers(prefix, "organisation", ("arr", "seats", "seats_used")),
        times(prefix, "organisation", "renewal", is_date=True),
        times(prefix, "organisation", "trial_at", is_date=False),
        times(prefix, "organisation", "first_seen_date", is_date=False),
        st.sampled_from(
            [
                Rule(f"{prefix}churned = true", lambda s, _: churned(s) is True),
                Rule(f"{prefix}churned", lambda s, _: churned(s) is True),
                Rule(f"{prefix}churned != false", lambda s, _: churned(s) is not False),
                Rule(f"{prefix}tags contains 'b'", lambda s, _: "b" in (tags(s) or [])),
                Rule(f"{prefix}tags does not contain 'a'", lambda s, _: "a" not in (tags(s) or [])),
                Rule(f"{prefix}tags has any value", lambda s, _: bool(tags(s))),
                Rule(f"{prefix}tags has no value", lambda s, _: not tags(s)),
                Rule(f"{prefix}trial_at <= {prefix}renewal", _trial_by_renewal),
            ]
        ),
    )


def _trial_by_renewal(seen: View, _: int) -> bool:
    trial, renewal = seen.get("organisation", "trial_at"), seen.get("organisation", "renewal")
    return trial is not None and renewal is not None and day_of(trial) <= renewal


def member_leaves() -> st.SearchStrategy[Rule]:
    """C3: ours on the membership, else the person's, else the membership's."""
    return st.one_of(
        texts("", "membership", "role", ("admin", "owner")),
        texts("", "person", "title", ("dev", "boss")),
        texts("", "membership", "level", ("high",)),
        numbers("", "person", ("score",)),
        numbers("membership.", "membership", ("score",)),
        times("person.", "person", "born", is_date=True),
        moment_rules("last_seen_at", lambda s: s.get("person", "lastSeenAt"), is_date=False),
        moment_rules("since", lambda s: s.membership.since, is_date=False),
        st.sampled_from([Rule("roles contains 'admin'", lambda s, _: "admin" in s.membership.values["roles"])]),
    )


def person_leaves() -> st.SearchStrategy[Rule]:
    return st.one_of(
        texts("", "person", "title", ("dev", "boss")),
        numbers("", "person", ("score",)),
        times("", "person", "born", is_date=True),
        moment_rules("last_seen_at", lambda s: s.get("person", "lastSeenAt"), is_date=False),
    )


# ---------------------------------------------------------------- events


def _events(seen: View, subject: str) -> list[Happening]:
    if subject == "membership":
        assert seen.membership
        return seen.membership.events
    if subject == "person":
        assert seen.person
        return seen.person.events + [e for m in seen.person.memberships for e in m.events]
    assert seen.organisation
    return seen.organisation.events + [e for m in seen.organisation.memberships for e in m.events]


def _beyond() -> st.SearchStrategy[Rule]:
    """The time of an event beside a day, which is written out, so many days ago, or named."""

    @st.composite
    def draw(pick: Any) -> Rule:
        ago, fixed = pick(st.sampled_from([0, 1, 2, 7, 30])), pick(st.sampled_from(DAYS))
        word, sign = pick(st.sampled_from([("before", "<"), ("after", ">"), ("", "=")]))
        how = pick(st.sampled_from(["ago", "fixed", "word"])) if word else "word"
        ago = min(ago, 1) if how == "word" else max(ago, 1)
        words = {"ago": f"{ago} days ago", "fixed": str(fixed), "word": ("today", "yesterday")[min(ago, 1)]}[how]

        def holds(seen: View, now: int) -> bool:
            day = fixed if how == "fixed" else day_of(now) - timedelta(days=ago)
            return _COMPARE[sign](day_of(seen.event.at), day)

        return Rule(f" {word} {words}".replace("  ", " "), holds)

    return draw()


def did(subject: str) -> st.SearchStrategy[Rule]:
    always = Rule("", lambda _, __: True)
    when_day = moment_rules(
        "", lambda s: day_of(s.event.at), is_date=True, kinds=("window", "period"), leads=("within",)
    )
    when_hour = moment_rules(
        "", lambda s: s.event.at, is_date=False, kinds=("window",), leads=("within",), units=("hours", "minutes")
    )
    where = st.one_of(
        numbers("", "event", ("amount",)),
        times("", "event", "due", is_date=True),
    ).map(lambda r: Rule(f" where ({r.text})", r.holds))

    @st.composite
    def draw(pick: Any) -> Rule:
        name = pick(st.sampled_from("AB"))
        when = pick(st.one_of(st.just(always), when_day, when_hour, _beyond()))
        asked = pick(st.one_of(st.just(always), st.just(always), where))
        sign, count, times_ = pick(
            st.sampled_from(
                [
                    (">=", 1, ""),
                    (">=", 1, ""),
                    (">=", 2, " at least 2 times"),
                    ("<=", 1, " at most 1 times"),
                    ("=", 1, " exactly 1 time"),
                    ("=", 0, " exactly 0 times"),
                    (">", 1, " > 1 times"),
                ]
            )
        )
        negated = pick(st.booleans())

        def holds(seen: View, now: int) -> bool:
            members = [
                View(seen.organisation, seen.person, seen.membership, e)
                for e in _events(seen, subject)
                if e.name == name
            ]
            n = sum(when.holds(m, now) and asked.holds(m, now) for m in members)
            return _COMPARE[sign](n, count) != negated

        return Rule(f"did{' not do' if negated else ''} '{name}'{times_}{when.text}{asked.text}", holds)

    return draw()


# ---------------------------------------------------------------- trees


def logic(leaf: st.SearchStrategy[Rule], most: int = 4) -> st.SearchStrategy[Rule]:
    def negation(rule: Rule) -> Rule:
        return Rule(f"not ({rule.text})", lambda s, n: not rule.holds(s, n))

    def joined(parts: tuple[Rule, str, Rule]) -> Rule:
        a, word, b = parts
        both = word.lower() == "and"
        return Rule(
            f"({a.text} {word} {b.text})",
            lambda s, n: (a.holds(s, n) and b.holds(s, n)) if both else (a.holds(s, n) or b.holds(s, n)),
        )

    words = st.sampled_from(["and", "or", "AND", "Or"])
    return st.recursive(
        leaf, lambda inner: st.one_of(inner.map(negation), st.tuples(inner, words, inner).map(joined)), max_leaves=most
    )


_QUANTIFIERS: dict[str, Callable[[list[bool]], bool]] = {
    "any {}": any,
    "no {}": lambda answers: not any(answers),
    "all {}s": lambda answers: bool(answers) and all(answers),
    "at least 2 {}s": lambda answers: sum(answers) >= 2,
    "at most 1 {}": lambda answers: sum(answers) <= 1,
    "exactly 1 {}": lambda answers: sum(answers) == 1,
}


def _quantified(
    to: str, body: st.SearchStrategy[Rule], views: Callable[[View, int], list[View]]
) -> st.SearchStrategy[Rule]:
    def rule(parts: tuple[str, Rule]) -> Rule:
        quantifier, inner = parts
        decide = _QUANTIFIERS[quantifier]
        text = quantifier.format(to).replace("childs", "children")
        return Rule(f"{text} ({inner.text})", lambda s, n: decide([inner.holds(v, n) for v in views(s, n)]))

    return st.tuples(st.sampled_from(sorted(_QUANTIFIERS)), body).map(rule)


def _members(seen: View, now: int) -> list[View]:
    assert seen.organisation
    found = [m for m in seen.organisation.memberships if m.current(now) and m.person.uncounted is None]
    return [View(seen.organisation, m.person, m) for m in found]


def _organisations(seen: View, now: int) -> list[View]:
    assert seen.person
    return [View(m.organisation, seen.person, m) for m in seen.person.memberships if m.current(now)]


def _parent(seen: View, _: int) -> list[View]:
    assert seen.organisation
    return [View(seen.organisation.parent, seen.person, seen.membership)] if seen.organisation.parent else []


def _children(seen: View, _: int) -> list[View]:
    assert seen.organisation
    return [View(child, seen.person, seen.membership) for child in seen.organisation.children]


def of_members() -> st.SearchStrategy[Rule]:
    leaf = st.one_of(member_leaves(), did("membership"), texts("organisation.", "organisation", "plan", ("pro",)))
    return _quantified("member", logic(leaf, 3), _members)


def organisation_rules() -> st.SearchStrategy[Rule]:
    near = st.one_of(organisation_leaves(), did("organisation"), of_members())
    parent = logic(st.one_of(organisation_leaves(), of_members()), 2).map(
        lambda r: Rule(f"parent ({r.text})", lambda s, n: any(r.holds(v, n) for v in _parent(s, n)))
    )
    child = _quantified("child", st.one_of(organisation_leaves(), did("organisation")), _children)
    return logic(st.one_of(near, near, near, parent, child))


def _in_organisation(rule: Rule) -> Rule:
    return Rule(f"in organisation ({rule.text})", lambda s, n: any(rule.holds(v, n) for v in _organisations(s, n)))


def organisations_of_person() -> st.SearchStrategy[Rule]:
    body = logic(st.one_of(organisation_leaves(), texts("membership.", "membership", "role", ("admin",))), 3)
    return st.one_of(body.map(_in_organisation), _quantified("organisation", body, _organisations))


def person_rules() -> st.SearchStrategy[Rule]:
    return logic(st.one_of(person_leaves(), did("person"), organisations_of_person()))


def membership_rules() -> st.SearchStrategy[Rule]:
    return logic(
        st.one_of(member_leaves(), did("membership"), organisation_leaves("organisation."), organisations_of_person())
    )
