"""Sends a person in two organisations through Segment's SDK for Python: send_python.py HOST WRITEKEY [gzip]."""

import sys
from datetime import UTC, datetime

from segment.analytics.client import Client

host, write_key, *options = sys.argv[1:]
failures: list[object] = []
client = Client(write_key, host=host, gzip="gzip" in options, on_error=lambda error, _: failures.append(error))
at = datetime(2026, 3, 1, 9, tzinfo=UTC)
client.identify("user-1", {"email": "ann@acme.test", "name": "Ann", "createdAt": at}, timestamp=at)
client.group("user-1", "org-acme", {"name": "Acme", "plan": "pro", "employees": 42}, timestamp=at)
client.group("user-1", "org-beta", {"name": "Beta"}, timestamp=at)
for group, project, message in (("org-acme", "p9", "fixed-1"), ("org-beta", "p10", "fixed-2")):
    context = {"groupId": group}
    properties = {"projectId": project}
    client.track("user-1", "Project Created", properties, context=context, timestamp=at, message_id=message)
client.track(anonymous_id="anon-7", event="Landing Viewed", properties={})
client.alias("anon-7", "user-1")
client.page("user-1", "Docs", "Pricing", {"url": "https://x.test/pricing"})
client.screen("user-1", "Mobile", "Home")
client.flush()
client.join()
sys.exit(f"the SDK reports {failures}" if failures else 0)
