"""Destinations of rows: the writer of a graph, a dry run of it, or a running service."""

from loaders.destinations.destination import Destination, DryRun
from loaders.destinations.remote import RemoteService

__all__ = ["Destination", "DryRun", "RemoteService"]
