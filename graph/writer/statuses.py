"""The result of each row for its caller: created, updated or unchanged, and the id that it describes (F2, F6)."""

from collections.abc import Mapping, Sequence

from graph.facts import EntityFact, EventFact, Fact, MembershipFact, Rejection
from graph.identity.regions import former_pair, pairs_of
from graph.memberships.attribution import nearest
from graph.writer.graph_state import GraphState
from graph.writer.results import CREATED, UNCHANGED, UPDATED, RowResults


class Statuses:
    """Collects the status of each fact."""

    def __init__(self, state: GraphState) -> None:
        self.state = state
        self.changed: set[int] = set()
        self._status: dict[int, tuple[str, str]] = {}
        self._announced: set[str] = set()
        self._new_keys: set[str] | None = None
        self._new_pairs: set[tuple[str, str]] | None = None

    def entity(self, fact: EntityFact, changed: bool) -> None:
        """Set the status of a person or organisation: created by the first fact about it, else updated or not."""
        side = self.state.side(fact.entity)
        id = side.owner[fact.keys[0]]
        is_new = self._take_new_keys(fact)
        if id in side.created and id not in self._announced:
            self._announced.add(id)
            self._status[fact.index] = CREATED, id
        else:
            self._status[fact.index] = (UPDATED if changed or is_new else UNCHANGED), id

    def _take_new_keys(self, fact: EntityFact) -> bool:
        """Return whether a fact is the first with an unknown identity or pair of identities."""
        if self._new_keys is None or self._new_pairs is None:
            self._new_keys = self.state.people.new_keys | self.state.organisations.new_keys
            self._new_pairs = self.state.people.new_pairs | self.state.organisations.new_pairs
        keys = self._new_keys & set(fact.keys)
        pairs_named = pairs_of(fact.keys)
        if fact.former is not None:
            pairs_named.append(former_pair(fact.keys, fact.former))
        pairs = self._new_pairs.intersection(pairs_named)
        self._new_keys -= keys
        self._new_pairs -= pairs
        return bool(keys or pairs)

    def memberships(self, facts: Sequence[Fact]) -> None:
        """Set the statuses of memberships. The first row of a new spell has created it."""
        for fact in facts:
            if isinstance(fact, MembershipFact):
                self._membership(fact)

    def _membership(self, fact: MembershipFact) -> None:
        person = self.state.people.owner[fact.person[0]]
        spells = self.state.spells_of(person).get(self.state.organisations.owner[fact.organisation[0]], [])
        if not spells:
            self._status[fact.index] = (UPDATED if fact.index in self.changed else UNCHANGED), ""
            return
        # the last instant inside the spell that the row names
        instant = fact.since if fact.since is not None else fact.until - 1 if fact.until is not None else fact.observed
        kept = nearest(spells, instant)
        if fact.index not in self.changed:
            status = UNCHANGED
        elif kept.is_new and kept.id not in self._announced:
            self._announced.add(kept.id)
            status = CREATED
        else:
            status = UPDATED
        self._status[fact.index] = status, kept.id

    def events(self, events: Sequence[EventFact], known: Mapping[str, str], results: RowResults) -> list[EventFact]:
        """Return the unknown events.

        An equal one is unchanged; one with the same id and other content is refused (F6).
        """
        seen = dict(known)
        new_events = []
        for fact in events:
            content = seen.get(fact.id)
            if content is None:
                seen[fact.id] = fact.hash
                new_events.append(fact)
                self._status[fact.index] = CREATED, fact.id
            elif content == fact.hash:
                self._status[fact.index] = UNCHANGED, fact.id
            else:
                message = f"an event with the id {fact.id} is known and says something else; the first stays"
                results.reject(Rejection(fact.index, "OTHER_CONTENT", message, ["id"]))
        return new_events

    def write_to(self, results: RowResults) -> None:
        """Write all statuses to the results."""
        for index, (status, id) in self._status.items():
            results.set(index, status, id)
