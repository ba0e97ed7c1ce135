"""What an operator may set about writing."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from graph.attributes.placeholders import DEFAULT_PLACEHOLDERS, placeholder_words
from graph.facts.attribute_limits import DEFAULT_ATTRIBUTE_LIMITS, AttributeLimits
from graph.identity.kinds import DEFAULT_LIMITS


@dataclass(frozen=True)
class WriterSettings:
    """Sizes and limits of the writer.

    `batch` rows and `batch_bytes` bound one transaction; `linger` is how many seconds single facts wait at most for company (F10);
    `limits` is how many identities of a kind one person may have (I2); `secret` keys the hashes of erased identities (I8);
    `attribute_limits` is how many attributes a row and a source may bring; `placeholders` are words that have no say in an attribute's type (F5).
    """

    batch: int = 2_000
    batch_bytes: int = 4_000_000
    linger: float = 0.002
    queue: int = 50_000
    limits: Mapping[str, int] = field(default_factory=lambda: DEFAULT_LIMITS)
    secret: bytes = b"membergraph"
    attribute_limits: AttributeLimits = DEFAULT_ATTRIBUTE_LIMITS
    placeholders: frozenset[str] = placeholder_words(DEFAULT_PLACEHOLDERS)
