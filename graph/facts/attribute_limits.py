"""Limits on the attributes that a row and a source may bring, so that no source fills the catalogue (F9)."""

from collections import Counter
from dataclasses import dataclass

from graph.attributes.catalogue import Catalogue
from graph.attributes.precedence import is_public


@dataclass(frozen=True)
class AttributeLimits:
    """Most `values` of one row, and most `names` that one source brings; fewer for a public key (V2)."""

    values: int = 1_000
    names: int = 5_000
    public_names: int = 500


DEFAULT_ATTRIBUTE_LIMITS = AttributeLimits()


class NameBudget:
    """Counts the new names of sources against their limits."""

    def __init__(self, catalogue: Catalogue, limits: AttributeLimits) -> None:
        self._catalogue = catalogue
        self._limits = limits
        self._added: set[tuple[str, str]] = set()
        self._more: Counter[str] = Counter()

    def most(self, source: str) -> int:
        """Return how many names a source may bring."""
        return self._limits.public_names if is_public(source) else self._limits.names

    def known(self, entity: str) -> frozenset[str]:
        """Return the names of an entity in the catalogue."""
        return self._catalogue.reported_names[entity]

    def takes(self, entity: str, name: str, source: str) -> bool:
        """Return whether an unknown name is taken: its source may bring more, or this batch brought it before."""
        whole = (entity, name)
        if whole in self._added:
            return True
        if self._catalogue.names_by_source.get(source, 0) + self._more[source] >= self.most(source):
            return False
        self._added.add(whole)
        self._more[source] += 1
        return True
