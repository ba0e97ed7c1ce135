"""Computed attributes: roll-ups and calculated attributes as people define and remove them, and the uses of each."""

from graph.computed.calculated import define_calculated, list_calculated, remove_attribute, remove_calculated
from graph.computed.roll_ups import define_roll_up, remove_roll_up

__all__ = [
    "define_calculated",
    "define_roll_up",
    "list_calculated",
    "remove_attribute",
    "remove_calculated",
    "remove_roll_up",
]
