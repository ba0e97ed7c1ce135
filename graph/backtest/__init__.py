"""Back-tests: who would have entered a stage, when, under a rule, over a past period; by facts, histories and the step of J1."""

from __future__ import annotations

from graph.backtest.comparing import BackTest, Entered, Read
from graph.backtest.running import backtest

__all__ = ["BackTest", "Entered", "Read", "backtest"]
