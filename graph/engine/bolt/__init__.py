"""Bolt spoken by ourselves, for single statements that read and for transactions: a fifth of the driver's CPU, a third of its time.

Whatever is not plain here (an encrypted address, a cluster, a failure, a value that is no JSON nor instant) is left to the driver.
"""

from graph.engine.bolt.connection import LeftToDriver
from graph.engine.bolt.pool import BoltPool, Place

__all__ = ["BoltPool", "LeftToDriver", "Place"]
