"""The command line. Each command is a thin layer over one function that a program could call."""

from membergraph.cli.application import main

__all__ = ["main"]
