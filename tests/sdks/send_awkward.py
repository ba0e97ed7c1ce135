"""Send values that are not JSON, or not characters, through Segment's SDK for Python: send_awkward.py HOST NAME."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

from segment.analytics.client import Client

host, name = sys.argv[1:3]
at = datetime(2026, 3, 1, 9, tzinfo=UTC)
failures: list[object] = []
client = Client("WRITEKEY", host=host, max_retries=2, on_error=lambda error, _: failures.append(error))
for number, value in enumerate(["ok", "cut \ud83d", float("nan"), float("inf"), "x\ty", 10**400, "ok"]):
    properties = {"value": value, "nested": [{"again": value}]}
    client.track(f"user-{name}", "Awkward", properties, timestamp=at, message_id=f"{number}-{name}")
client.flush()
client.shutdown()
sys.exit(1 if failures else 0)
