"""What pausing a stage will come to on resuming it, and what resuming takes up: said with the change (T4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graph.clock import from_epoch_ms
from graph.journey.changes.changing import Changed
from graph.journey.changes.foreseeing import Foreseen
from graph.journey.definitions.definition import Stage
from graph.journey.definitions.linting import Advice
from graph.journey.definitions.stored import Library, load_library
from graph.journey.reports.reporting import visits_of
from graph.journey.reports.visits import Visit

if TYPE_CHECKING:
    from graph.engine import Graph

__all__ = ["Waiting", "said_of_pause", "waiting"]


@dataclass(frozen=True)
class Waiting:
    """Who waits in a paused stage: how many, and of them the instants (epoch milliseconds) at which days alone end a stay, in order."""

    occupants: int
    due: tuple[int, ...] = ()


def waiting(stage: Stage, library: Library, visits: Iterable[Visit]) -> Waiting:
    """Who waits in a stage, each stay under the rules that it began with (J9)."""
    stays = [each.stay for each in visits if each.stay.open]
    rules = ((each, library.versions.get((stage.key, each.version), stage).exit) for each in stays)
    due = sorted(instant for stay, rule in rules if (instant := rule.due(stay.entered_at)) is not None)
    return Waiting(len(stays), tuple(due))


async def said_of_pause(graph: Graph, changed: Changed) -> list[Advice]:
    """What to say of a stage that was paused, or resumed just now; nothing of any other."""
    if changed.stage.status == "PAUSED":
        library = await load_library(graph)
        wait = waiting(changed.stage, library, await visits_of(graph, changed.stage.key))
        return [Advice("WAITING", _waiting(wait), "status")]
    if changed.foreseen is not None and changed.foreseen.resumes:
        return [Advice("TAKEN_UP", _taken_up(changed.foreseen), "status")]
    return []


def _waiting(wait: Waiting) -> str:
    if not wait.occupants:
        return "Nobody is in it. Who comes to match while it is paused enters on resuming."
    said = f"{_organisations(wait.occupants)} inside: nobody moves until it is resumed. "
    if wait.due:
        first, last = wait.due[0], wait.due[-1]
        when = f"at {_text(first)}" if first == last else f"the first at {_text(first)}, the last at {_text(last)}"
        said += (
            f"The days of {len(wait.due)} of them end {when}: if that has passed on resuming, they leave as of then. "
        )
    return said + "Who completes, or comes to match, while it is paused moves on resuming."


def _taken_up(foreseen: Foreseen) -> str:
    if not foreseen.leaving and not foreseen.entering:
        return f"Of {_organisations(foreseen.occupants)} inside nobody leaves, and nobody enters: nothing fell due while it was paused."
    return (
        f"Of {_organisations(foreseen.occupants)} inside {len(foreseen.leaving)} leave at once, by what fell due while it was "
        f"paused, and {len(foreseen.entering)} enter."
    )


def _organisations(count: int) -> str:
    return f"{count} organisation{'' if count == 1 else 's'}"


def _text(instant: int) -> str:
    return f"{from_epoch_ms(instant):%Y-%m-%d %H:%M} UTC"
