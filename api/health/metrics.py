"""Metrics in the text format of Prometheus."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from graph.engine import Graph

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metric(NamedTuple):
    """One metric; `values` is a number, or numbers by label, such as `reason="value"`."""

    name: str
    kind: Literal["counter", "gauge"]
    help: str
    values: float | Mapping[str, float]


def as_text(metrics: Iterable[Metric]) -> str:
    """Return metrics as Prometheus reads them."""
    return "".join(map(_lines, metrics))


def _lines(metric: Metric) -> str:
    head = f"# HELP {metric.name} {metric.help}\n# TYPE {metric.name} {metric.kind}\n"
    if isinstance(metric.values, Mapping):
        return head + "".join(
            f"{metric.name}{{{label}}} {float(value):.15g}\n" for label, value in metric.values.items()
        )
    return f"{head}{metric.name} {float(metric.values):.15g}\n"


def graph_metrics(graph: Graph) -> list[Metric]:
    """Return the metrics of the graph and its engine."""
    reasons = {f'reason="{reason}"': count for reason, count in sorted(graph.fallbacks.counts.items())}
    fallbacks = "Requests that own Bolt left to the official driver, by reason."
    return [
        Metric("membergraph_bolt_own", "gauge", "1 if own Bolt is in use, 0 by the driver alone.", graph.has_own_bolt),
        Metric("membergraph_bolt_fallbacks_total", "counter", fallbacks, reasons),
        Metric("membergraph_graph_damaged_files", "gauge", "Damaged files of the embedded engine.", len(graph.damage)),
    ]
