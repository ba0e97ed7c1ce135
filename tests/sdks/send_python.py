"""Send a person in two organisations through Segment's SDK for Python: send_python.py HOST NAME [gzip]."""

import sys
from datetime import UTC, datetime

from segment.analytics.client import Client

host, name, *options = sys.argv[1:]
failures: list[object] = []
client = Client("WRITEKEY", host=host, gzip="gzip" in options, on_error=lambda error, _: failures.append(error))
user = f"user-{name}"
at = datetime(2026, 3, 1, 9, tzinfo=UTC)
client.identify(user, {"email": f"{name}@acme.test", "name": "Ann", "createdAt": at}, timestamp=at)
client.group(user, f"acme-{name}", {"name": "Acme", "plan": "pro", "employees": 42}, timestamp=at)
client.group(user, f"beta-{name}", {"name": "Beta"}, timestamp=at)
for group, project, message in ((f"acme-{name}", "p9", f"1-{name}"), (f"beta-{name}", "p10", f"2-{name}")):
    context = {"groupId": group}
    properties = {"projectId": project}
    client.track(user, "Project Created", properties, context=context, timestamp=at, message_id=message)
client.track(anonymous_id=f"anon-{name}", event="Landing Viewed", properties={})
client.alias(f"anon-{name}", user)
client.page(user, "Docs", "Pricing", {"url": "https://x.test/pricing"})
client.screen(user, "Mobile", "Home")
client.flush()
client.join()
sys.exit(f"the SDK reports {failures}" if failures else 0)
