"""Back-tests: the organisations that would have entered a stage over a past period, by the facts known then and the step (J1)."""

from __future__ import annotations

from graph.backtest.comparison import BackTest, EntryComparison, InputHistory
from graph.backtest.running import backtest

__all__ = ["BackTest", "EntryComparison", "InputHistory", "backtest"]
