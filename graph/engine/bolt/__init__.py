"""Bolt spoken by ourselves, for the single statement that only reads: a fifth of the driver's CPU, a third of its time.

Whatever is not plain here (an encrypted address, a cluster, a failure, a value that is no JSON nor instant) is left to the driver.
"""

from graph.engine.bolt.connection import LeftToDriver
from graph.engine.bolt.reader import BoltReader, Place

__all__ = ["BoltReader", "LeftToDriver", "Place"]
