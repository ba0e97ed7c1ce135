"""The command line: each command is a thin door to one function that a program could call."""

from membergraph.cli.application import main

__all__ = ["main"]
