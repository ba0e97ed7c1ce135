"""Charts of a stage as SVG text: its funnel, and the completion curves of its objectives."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from graph.journey.definitions.definition import Stage
from graph.journey.reports.baseline import Figures
from graph.journey.reports.curves import Curve, curve
from graph.journey.reports.metrics import ObjectiveMetrics, StageMetrics
from graph.journey.reports.svg import SERIES, Drawing
from graph.journey.reports.visits import Visit

__all__ = ["completion_curves", "funnel"]

_WIDTH = 800
_LEFT, _BARS, _ROW = 230, 330, 46
_PLOT = (60, 60, 440, 300)
"""Left, top, width and height of the curves' field."""
_LEGEND = 530
_ROUND = (1, 2, 5)


# ---------------------------------------------------------------- the funnel


def funnel(stage: Stage, metrics: StageMetrics) -> str:
    """Return a chart of entrants, completions of each objective, and completions of the stage, as bars of one scale."""
    title = f"{stage.name}: from entry to completion"
    if not metrics.entered and not metrics.completed:
        return _empty(title, f"Nobody has entered {stage.name} in this period.")
    rows = _rows(stage, metrics)
    description = " ".join(f"{name}: {value}." for name, value, *_ in rows)
    drawing = Drawing(_WIDTH, 62 + _ROW * len(rows), title, description)
    most = max(whole for *_, whole, _ in rows)
    for n, (name, value, note, part, whole, colour) in enumerate(rows):
        top = 52 + n * _ROW
        drawing.text(20, top + 17, name, most=27)
        if note:
            drawing.text(20, top + 33, note, "mg-muted mg-small")
        drawing.bar(_LEFT, top, _BARS * whole / most, 24, "mg-track")
        drawing.bar(_LEFT, top, _BARS * part / most, 24, f"mg-fill{colour}")
        drawing.text(_LEFT + _BARS + 12, top + 17, value, most=30)
    return str(drawing)


_Row = tuple[str, str, str, int, int, int]
"""Name, value, a note below the name, how many of how many, and the colour."""


def _rows(stage: Stage, metrics: StageMetrics) -> list[_Row]:
    ended = metrics.completed + metrics.exited
    rate = f" ({_percent(metrics.completion_rate)})" if ended else ""
    done = f"{metrics.completed} of {ended} that ended{rate}"
    inside = f"{metrics.occupants} inside at the end"
    rows: list[_Row] = [("Entered", str(metrics.entered), inside, metrics.entered, metrics.entered, 0)]
    for each in metrics.objectives:
        goal = stage.objective(each.objective)
        rows.append(_row(each, each.objective if goal is None else goal.name))
    rows.append(("Completed", done, _duration(metrics.days, "days"), metrics.completed, max(ended, 1), 2))
    return rows


def _row(each: ObjectiveMetrics, name: str) -> _Row:
    value = f"{each.reached} of {each.eligible}"
    if each.eligible:
        value += f" ({_percent(each.completion_rate)})"
    return name, value, _duration(each.hours, "hours", each.instant), each.reached, each.eligible, 5


def _duration(figures: Figures, unit: str, instant: int = 0) -> str:
    parts = [] if figures.median is None else [f"median {figures.median:.1f} {unit}, n {figures.n}"]
    return "; ".join([*parts, f"{instant} at entry"] if instant else parts)


# ---------------------------------------------------------------- curves


def completion_curves(stage: Stage, visits: Iterable[Visit], now: int) -> str:
    """Return a chart of the share that has completed each objective by days since entry, as of `now` (epoch milliseconds)."""
    title = f"{stage.name}: completion by days since entry"
    stays_shown = list(visits)
    curves = [(each.name, curve(each.key, stays_shown, now)) for each in stage.objectives]
    if not stays_shown:
        return _empty(title, f"Nobody has entered {stage.name} yet.")
    if not any(one.steps for _, one in curves):
        return _empty(title, f"Nobody has completed an objective of {stage.name} yet.")
    description = " ".join(
        f"{name}: {_percent(one.at(one.seen))} of {one.n} after {one.seen:.0f} days." for name, one in curves
    )
    left, top, width, height = _PLOT
    drawing = Drawing(_WIDTH, max(top + height + 60, 84 + 34 * len(curves)), title, description)
    last = max(one.steps[-1][0] for _, one in curves if one.steps)
    marks = _marks(last)
    _field(drawing, marks)
    for n, (name, one) in enumerate(curves):
        line = [(left + width * day / marks[-1], top + height * (1 - share)) for day, share in _corners(one, marks[-1])]
        drawing.line(line, f"mg-curve mg-line{n % SERIES}")
        _legend(drawing, n, name, one)
    return str(drawing)


def _field(drawing: Drawing, marks: Sequence[float]) -> None:
    """Draw the axes with their marks: shares from 0 to 1 upward, days to the right."""
    left, top, width, height = _PLOT
    for quarter in range(5):
        y = top + height * (1 - quarter / 4)
        drawing.line([(left, y), (left + width, y)], "mg-grid")
        drawing.text(left - 8, y + 4, f"{quarter * 25}%", "mg-muted mg-small", anchor="end")
    for day in marks:
        x = left + width * day / marks[-1]
        drawing.line([(x, top + height), (x, top + height + 5)], "mg-grid")
        drawing.text(x, top + height + 18, f"{day:g}", "mg-muted mg-small", anchor="middle")
    drawing.text(left + width / 2, top + height + 40, "days since entry", "mg-muted mg-small", anchor="middle")


def _legend(drawing: Drawing, n: int, name: str, one: Curve) -> None:
    y = 74 + 34 * n
    drawing.line([(_LEGEND, y - 4), (_LEGEND + 34, y - 4)], f"mg-curve mg-line{n % SERIES}")
    drawing.text(_LEGEND + 42, y, name, most=26)
    share = f"{_percent(one.at(one.seen))} of {one.n}" if one.n else "applies to nobody yet"
    drawing.text(_LEGEND + 42, y + 14, share, "mg-muted mg-small")


def _corners(one: Curve, until: float) -> list[tuple[float, float]]:
    """Return the corners of a curve's steps, from entry to its last observed day. Of steps within a pixel the last counts."""
    columns = {int(day / until * _PLOT[2]): (day, reached) for day, reached in one.steps}
    corners, share = [(0.0, 0.0)], 0.0
    for day, reached in columns.values():
        corners += [(day, share), (day, reached)]
        share = reached
    return [*corners, (max(corners[-1][0], min(one.seen, until)), share)]


def _marks(last: float) -> list[float]:
    """Return round numbers of days from 0 to `last` or a little more, in at most eight steps."""
    step = next(
        factor * 10.0**power
        for power in range(-3, 12)
        for factor in _ROUND
        if factor * 10.0**power * 8 >= max(last, 0.008)
    )
    count = 1
    while count * step < last:
        count += 1
    return [round(step * n, 6) for n in range(count + 1)]


# ---------------------------------------------------------------- both


def _empty(title: str, description: str) -> str:
    drawing = Drawing(_WIDTH, 140, title, description)
    drawing.text(_WIDTH / 2, 86, description, "mg-muted", anchor="middle", most=90)
    return str(drawing)


def _percent(share: float | None) -> str:
    """Return a share in whole per cent; 0 for None."""
    return f"{share or 0:.0%}"
