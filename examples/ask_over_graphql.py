"""Ask a running service over GraphQL for the organisations with the most members, with nothing but the standard library.

Give the service's address and, where it asks for one, a key with the scope `read`. It needs the attribute `members`: the
sample company has it, and `load_and_roll_up.py` stores it.
"""

import json
import sys
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

LARGEST = """
query Largest($first: Int!, $where: Criteria!) {
  organisations(first: $first, where: $where, orderBy: {attribute: "members", direction: DESC}) {
    totalCount
    edges { node { name attributes(names: ["members"]) active: rollUp(of: {aggregation: COUNT, source: EVENTS}) } }
  }
}
"""


def ask(address: str, key: str | None, document: str, variables: dict[str, Any]) -> dict[str, Any]:
    """Return the data of one operation; end with the service's message where it refuses."""
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {key}"} if key else {})
    body = json.dumps({"query": document, "variables": variables}).encode()
    try:
        with urlopen(Request(f"{address}/graphql", body, headers), timeout=30) as response:
            answer = json.load(response)
    except HTTPError as refusal:
        answer = json.load(refusal)
    if "errors" in answer:
        sys.exit(f"The service refused: {answer['errors'][0]['message']}")
    data: dict[str, Any] = answer["data"]
    return data


def main() -> None:
    """Ask for the three largest organisations."""
    address = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8080"
    key = sys.argv[2] if len(sys.argv) > 2 else None
    found = ask(address, key, LARGEST, {"first": 3, "where": "members >= 1"})["organisations"]
    print(f"{found['totalCount']} organisations have members")
    for edge in found["edges"]:
        node = edge["node"]
        print(f"{node['name']}: {node['attributes']['members']} members, {node['active']} events")


if __name__ == "__main__":
    main()
