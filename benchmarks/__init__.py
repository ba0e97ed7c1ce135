"""Benchmarks of Membergraph against peers and limits. Both figures of a ratio come from the same run."""
