"""Answers to the questions from plain lists, written from the questions' words and not from their Cypher."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

from tests.graph.questions.worlds import NOW, Happening, Spell, World

Row = list[Any]


def text(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat().replace("+00:00", "Z")


class Oracle:
    """Answers from one world. Each method has the name of its question and returns comparable rows."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.spell = {s.id: s for s in world.spells}

    # --- what is in scope

    def scope(self, organisation: str | None) -> list[str]:
        return [o for o in self.world.organisations if self.world.counted(o) and organisation in (None, o)]

    def inside(self, organisation: str, days: int | None = None) -> list[tuple[Spell, Happening]]:
        """Return the events of people in an organisation."""
        done = [(self.spell[h.owner], h) for h in self.world.happenings if h.owner in self.spell]
        return [(s, h) for s, h in done if s.organisation == organisation and within(h, days)]

    def own(self, owner: str, days: int | None = None) -> list[Happening]:
        return [h for h in self.world.happenings if h.owner == owner and within(h, days)]

    def members(self, organisation: str, condition: Callable[[Spell], bool] = lambda _: True) -> set[str]:
        return {
            s.person
            for s in self.world.spells
            if s.organisation == organisation and s.current and self.world.counted(s.person) and condition(s)
        }

    def done(self, organisation: str | None, days: int | None) -> Iterator[tuple[str, str | None, Happening]]:
        """Yield (person, organisation, event) of counted people. Without organisations, events outside any count too."""
        for o in self.scope(organisation):
            for s, h in self.inside(o, days):
                if self.world.counted(s.person):
                    yield s.person, o, h
        if organisation is None:
            for p in filter(self.world.counted, self.world.people):
                for h in self.own(p, days):
                    yield p, None, h

    # --- the questions

    def which_accounts_activated(
        self, event: str, times: int = 1, days: int | None = None, organisation: str | None = None
    ) -> list[Row]:
        rows = []
        for o in self.scope(organisation):
            events_there = [(s, h) for s, h in self.inside(o, days) if h.name == event]
            instants = sorted([h.at for _, h in events_there] + [h.at for h in self.own(o, days) if h.name == event])
            if len(instants) >= times:
                people = {s.person for s, _ in events_there if self.world.counted(s.person)}
                rows.append([o, f"Name {o}", text(instants[times - 1]), len(instants), len(people)])
        return rows

    def accounts_activated(self, organisation: str | None = None, **given: Any) -> list[Row]:
        accounts, activated = (
            len(self.scope(organisation)),
            len(self.which_accounts_activated(organisation=organisation, **given)),
        )
        return [[activated, accounts, activated / accounts if accounts else None]]

    def average_users_of_active_accounts(
        self, days: int = 30, own_events: bool = False, organisation: str | None = None
    ) -> list[Row]:
        active = [o for o in self.scope(organisation) if self.inside(o, days) or (own_events and self.own(o, days))]
        members = [len(self.members(o)) for o in active]
        busy = [len({s.person for s, _ in self.inside(o, days) if self.world.counted(s.person)}) for o in active]
        n = len(active)
        return [[n, sum(members), sum(members) / n if n else None, sum(busy), sum(busy) / n if n else None]]

    def users(
        self, role: str | None, event: str | None, days: int | None, organisation: str | None
    ) -> dict[str, set[str]]:
        def did(person: str, o: str) -> bool:
            return any(s.person == person and event in (None, h.name) for s, h in self.inside(o, days))

        return {
            o: {
                p
                for p in self.members(o, lambda s: role is None or role in s.roles)
                if (event is None and days is None) or did(p, o)
            }
            for o in self.scope(organisation)
        }

    def which_accounts_with_users(
        self,
        at_least: int,
        role: str | None = None,
        event: str | None = None,
        days: int | None = None,
        organisation: str | None = None,
    ) -> list[Row]:
        found = self.users(role, event, days, organisation)
        return [[o, f"Name {o}", f"{o}.example", len(users)] for o, users in found.items() if len(users) >= at_least]

    def accounts_with_users(
        self,
        at_least: int,
        role: str | None = None,
        event: str | None = None,
        days: int | None = None,
        organisation: str | None = None,
    ) -> list[Row]:
        found = [users for users in self.users(role, event, days, organisation).values() if len(users) >= at_least]
        return [[len(found), len(set().union(*found)), sum(map(len, found))]]

    def unique_users(self, event: str, days: int | None = None, organisation: str | None = None) -> list[Row]:
        done = [(p, o) for p, o, h in self.done(organisation, days) if h.name == event]
        return [[len({p for p, _ in done}), len({(p, o) for p, o in done if o}), len(done)]]

    def which_users(self, event: str, days: int | None = None, organisation: str | None = None) -> list[Row]:
        instants = defaultdict(list)
        for p, o, h in self.done(organisation, days):
            if h.name == event:
                instants[p, o].append(h.at)
        return [
            [p, f"Name {p}", f"{p}@x.example", o, o and f"Name {o}", len(at), text(min(at)), text(max(at))]
            for (p, o), at in instants.items()
        ]

    def histories(self, organisation: str | None, per_organisation: bool) -> dict[Any, list[Happening]]:
        found = defaultdict(list)
        for p, o, h in self.done(organisation, None):
            if not (per_organisation and o is None):
                found[(p, o) if per_organisation else p].append(h)
        return found

    def average_events_before_first(
        self, event: str, organisation: str | None = None, per_organisation: bool = False
    ) -> list[Row]:
        before, never = [], 0
        for history in self.histories(organisation, per_organisation).values():
            first = min((h.at for h in history if h.name == event), default=None)
            never += first is None
            before += [] if first is None else [sum(h.at < first for h in history)]
        average = sum(before) / len(before) if before else None
        return [[average, len(before), never, min(before, default=None), max(before, default=None)]]

    def events_before_first(
        self,
        event: str,
        within_days: int | None = None,
        organisation: str | None = None,
        per_organisation: bool = False,
    ) -> list[Row]:
        users, times, who = Counter[str](), Counter[str](), 0
        for history in self.histories(organisation, per_organisation).values():
            first = min((h.at for h in history if h.name == event), default=None)
            if first is None:
                continue
            who += 1
            since = None if within_days is None else first - timedelta(days=within_days)
            names = [h.name for h in history if h.at < first and (since is None or h.at >= since)]
            times.update(names)
            users.update(set(names))
        return [[name, users[name], users[name] / who, times[name]] for name in times]

    def people_in_several_organisations(
        self, at_least: int = 2, role: str | None = None, organisation: str | None = None
    ) -> list[Row]:
        rows = []
        for p in filter(self.world.counted, self.world.people):
            spells_there = [
                s for s in self.world.spells if s.person == p and s.current and self.world.counted(s.organisation)
            ]
            where = {s.organisation for s in spells_there}
            if (
                len(where) >= at_least
                and (organisation in where or organisation is None)
                and (role is None or any(role in s.roles for s in spells_there))
            ):
                rows.append([p, f"Name {p}", f"{p}@x.example", len(where), memberships(spells_there)])
        return rows

    def one_person_by_organisation(self, person: str) -> list[Row]:
        rows = []
        for o in {s.organisation for s in self.world.spells if s.person == person}:
            spells_there = [s for s in self.world.spells if (s.person, s.organisation) == (person, o)]
            done = [h for s, h in self.inside(o) if s.person == person]
            roles = {r for s in spells_there if s.current for r in s.roles}
            rows.append([o, f"Name {o}", any(s.current for s in spells_there), roles, *figures(done)])
        without_organisation = self.own(person)
        return rows + ([[None, None, False, set(), *figures(without_organisation)]] if without_organisation else [])

    def organisations_sharing_people(self, at_least: int = 1, organisation: str | None = None) -> list[Row]:
        rows = []
        for one, other in permutations(self.scope(None), 2):
            shared = len(self.members(one) & self.members(other))
            if shared >= at_least and (one < other if organisation is None else one == organisation):
                rows.append([one, f"Name {one}", other, f"Name {other}", shared])
        return rows

    def different_roles(self, role: str, other_role: str, organisation: str | None = None) -> list[Row]:
        return [
            [p, f"Name {p}", f"{p}@x.example", one, f"Name {one}", other, f"Name {other}"]
            for one, other in permutations(self.scope(None), 2)
            if organisation in (None, one)
            for p in self.members(one, lambda s: role in s.roles) & self.members(other, lambda s: other_role in s.roles)
        ]


def within(h: Happening, days: int | None) -> bool:
    """Return the last N whole UTC days, today included."""
    return days is None or NOW.date() - timedelta(days=days) < h.at.date() <= NOW.date()


def memberships(spells: list[Spell]) -> list[dict[str, Any]]:
    return [
        {
            "organisation_id": s.organisation,
            "organisation": f"Name {s.organisation}",
            "role": s.role,
            "roles": list(s.roles),
            "since": None if s.since is None else text(NOW + timedelta(days=s.since)),
        }
        for s in spells
    ]


def figures(done: list[Happening]) -> list[Any]:
    instants = [h.at for h in done]
    days = len({at.date() for at in instants})
    first, last = min(instants, default=None), max(instants, default=None)
    return [len(done), days, text(first), text(last), {h.name for h in done}]
