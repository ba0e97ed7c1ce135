"""Calculated attributes: formulas, scores, the order in which they are computed, and the history of attributes."""
