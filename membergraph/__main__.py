"""Run `membergraph` by `python -m membergraph`."""

from membergraph.cli import main

if __name__ == "__main__":
    main()
