"""Activation of a customer: first events soon after the sign-up, deeper use later, each customer at its own pace."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from membergraph.sample.company import SampleOrganisation
from membergraph.sample.contracts import plan_of

__all__ = ["activation_events"]

_FIRST = {"Project Created": 0.8, "Teammate Invited": 2.0, "Integration Connected": 4.5, "Report Generated": 7.0}
_DEEPER = {"Project Created": 34.0, "Integration Connected": 42.0, "Export Downloaded": 38.0}
"""Days after the sign-up, at the usual pace."""
_SKIPPED, _SKIPPED_LATER = 0.04, 0.15
_SLOW, _SLOWER = 0.15, 3.5
"""The share of slow customers, and the factor on their days."""


def activation_events(organisation: SampleOrganisation, random: Random) -> Iterator[tuple[float, str]]:
    """Generate days ago and name of each event."""
    pace = random.lognormvariate(0, 0.45) * (_SLOWER if random.random() < _SLOW else 1)
    for after, name in _plan(organisation, random):
        at = organisation.signed_up_at - after * pace * random.lognormvariate(0, 0.35)
        if at > organisation.active_until:
            yield at, name


def _plan(organisation: SampleOrganisation, random: Random) -> Iterator[tuple[float, str]]:
    if not organisation.activated:
        if random.random() < 0.4:
            yield _FIRST["Project Created"], "Project Created"
        return
    for name, after in _FIRST.items():
        if random.random() >= _SKIPPED:
            yield after, name
    for name, after in _DEEPER.items():
        for _ in range(1 if name == "Integration Connected" else 2):
            if random.random() >= _SKIPPED_LATER:
                yield after * random.uniform(0.8, 1.4), name
    contract = organisation.contract
    if contract is not None and plan_of(contract.bills[0].seats) != "team" and random.random() >= _SKIPPED_LATER:
        yield random.uniform(32, 60), "Single Sign-On Enabled"
