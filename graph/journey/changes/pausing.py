"""Advice with pausing and resuming: what resuming a paused stage will take up, and what it took up (T4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graph.clock import from_epoch_ms
from graph.journey.changes.impact import ChangeImpact
from graph.journey.changes.stages import SavedStage
from graph.journey.definitions.definition import Stage
from graph.journey.definitions.linting import Advice
from graph.journey.definitions.stored import Library, load_library
from graph.journey.reports.reporting import visits_of
from graph.journey.reports.visits import Visit

if TYPE_CHECKING:
    from graph.engine import Graph

__all__ = ["PausedStays", "pause_advice", "paused_stays"]


@dataclass(frozen=True)
class PausedStays:
    """The organisations that wait in a paused stage.

    `due` are the instants at which days alone end a stay, in order, in epoch milliseconds.
    """

    occupants: int
    due: tuple[int, ...] = ()


def paused_stays(stage: Stage, library: Library, visits: Iterable[Visit]) -> PausedStays:
    """Return the stays that wait in a stage, each under the rules it began with (J9)."""
    stays = [each.stay for each in visits if each.stay.is_open]
    rules = ((each, library.versions.get((stage.key, each.version), stage).exit) for each in stays)
    due = sorted(instant for stay, rule in rules if (instant := rule.due(stay.entered_at)) is not None)
    return PausedStays(len(stays), tuple(due))


async def pause_advice(graph: Graph, saved: SavedStage) -> list[Advice]:
    """Return the advice on a stage that was just paused or resumed; none on any other."""
    if saved.stage.status == "PAUSED":
        library = await load_library(graph)
        stays = paused_stays(saved.stage, library, await visits_of(graph, saved.stage.key))
        return [Advice("WAITING", _pause_message(stays), "status")]
    if saved.impact is not None and saved.impact.resumes:
        return [Advice("TAKEN_UP", _resume_message(saved.impact), "status")]
    return []


def _pause_message(stays: PausedStays) -> str:
    if not stays.occupants:
        return "Nobody is in it. Who comes to match while it is paused enters on resuming."
    message = f"{_organisations(stays.occupants)} inside: nobody moves until it is resumed. "
    if stays.due:
        first, last = stays.due[0], stays.due[-1]
        when = f"at {_text(first)}" if first == last else f"the first at {_text(first)}, the last at {_text(last)}"
        message += (
            f"The days of {len(stays.due)} of them end {when}: if that has passed on resuming, they leave as of then. "
        )
    return message + "Who completes, or comes to match, while it is paused moves on resuming."


def _resume_message(impact: ChangeImpact) -> str:
    if not impact.leaving and not impact.entering:
        return f"Of {_organisations(impact.occupants)} inside nobody leaves, and nobody enters: nothing fell due while it was paused."
    return (
        f"Of {_organisations(impact.occupants)} inside {len(impact.leaving)} leave at once, by what fell due while it was "
        f"paused, and {len(impact.entering)} enter."
    )


def _organisations(count: int) -> str:
    return f"{count} organisation{'' if count == 1 else 's'}"


def _text(instant: int) -> str:
    return f"{from_epoch_ms(instant):%Y-%m-%d %H:%M} UTC"
