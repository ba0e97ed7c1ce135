"""Settings of the writer."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from graph.attributes.placeholders import DEFAULT_PLACEHOLDERS, placeholder_words
from graph.facts.attribute_limits import DEFAULT_ATTRIBUTE_LIMITS, AttributeLimits
from graph.identity.kinds import DEFAULT_LIMITS


@dataclass(frozen=True)
class WriterSettings:
    """Sizes and limits of the writer.

    `batch` rows and `batch_bytes` limit one transaction. `linger` is the longest wait of single facts for company,
    in seconds (F10). `queue` limits the rows that wait. `limits` is the number of identities of a kind that one
    person may have (I2). `secret` keys the hashes of erased identities (I8). `attribute_limits` limits the
    attributes of a row and of a source. `placeholders` are words without a say in an attribute's type (F5).
    """

    batch: int = 2_000
    batch_bytes: int = 4_000_000
    linger: float = 0.002
    queue: int = 50_000
    limits: Mapping[str, int] = field(default_factory=lambda: DEFAULT_LIMITS)
    secret: bytes = b"membergraph"
    attribute_limits: AttributeLimits = DEFAULT_ATTRIBUTE_LIMITS
    placeholders: frozenset[str] = placeholder_words(DEFAULT_PLACEHOLDERS)
