"""Evaluation: keeps everything derived right, by changes, by due instants and by sweeps (T1-T3)."""

from graph.evaluation.evaluator import Evaluator

__all__ = ["Evaluator"]
