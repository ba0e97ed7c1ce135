"""Readers: a file's bytes become records, one at a time, whatever its format."""

from loaders.readers.entries import Reader, Record, Unreadable
from loaders.readers.opening import Input, open_input

__all__ = ["Input", "Reader", "Record", "Unreadable", "open_input"]
