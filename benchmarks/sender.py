"""`python -m benchmarks.sender ADDRESS PATH CONNECTIONS FILE`: post every line of a file and print the seconds."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from benchmarks.wire import post, send_all


def main() -> None:
    address, path, connections, file = sys.argv[1:]
    requests = [post(address, path, line) for line in Path(file).read_bytes().splitlines()]
    print(asyncio.run(send_all(address, requests, int(connections))))


if __name__ == "__main__":
    main()
