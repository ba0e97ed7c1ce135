"""How many attributes a row and a source may bring, so that no one fills the catalogue (F9)."""

from collections import Counter
from dataclasses import dataclass

from graph.attributes.catalogue import Catalogue
from graph.attributes.precedence import is_public


@dataclass(frozen=True)
class AttributeLimits:
    """The most `values` of one row, and `names` that one source brings to the catalogue; of a public key fewer (V2)."""

    values: int = 1_000
    names: int = 5_000
    public_names: int = 500


DEFAULT_ATTRIBUTE_LIMITS = AttributeLimits()


class NameBudget:
    """The names of the catalogue, and what a batch adds to them."""

    def __init__(self, catalogue: Catalogue, limits: AttributeLimits) -> None:
        self._catalogue = catalogue
        self._limits = limits
        self._added: set[tuple[str, str]] = set()
        self._more: Counter[str] = Counter()

    def most(self, source: str) -> int:
        """How many names a source may bring."""
        return self._limits.public_names if is_public(source) else self._limits.names

    def known(self, entity: str) -> frozenset[str]:
        """The names of an entity that the catalogue has."""
        return self._catalogue.told[entity]

    def takes(self, entity: str, name: str, source: str) -> bool:
        """True for a name that is not known while its source may bring more, and for one that this batch brought."""
        whole = (entity, name)
        if whole in self._added:
            return True
        if self._catalogue.brought.get(source, 0) + self._more[source] >= self.most(source):
            return False
        self._added.add(whole)
        self._more[source] += 1
        return True
