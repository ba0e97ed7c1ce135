"""The page that browsers get at `/graphql`: examples of queries. It has no scripts and loads nothing from other hosts."""

import re

_HOST = re.compile(r"[A-Za-z0-9.-]+(:\d+)?|\[[0-9a-fA-F:.]+\](:\d+)?")
_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Membergraph: GraphQL</title>
<style>body{font:16px/1.5 system-ui;margin:3em auto;max-width:48em;padding:0 1em}pre{background:#f4f4f4;padding:1em;overflow:auto}</style>
<h1>Membergraph: GraphQL</h1>
<p>Send a query by POST to this address, as JSON. Any GraphQL client can read the schema from it.</p>
<pre>curl -s HOST/graphql -H 'content-type: application/json' \\
  -d '{"query": "{ organisations(first: 3) { totalCount edges { node { id name } } } }"}'</pre>
<p>Who belongs to an organisation, and what they did there:</p>
<pre>query Members($domain: String!) {
  organisation(by: {domain: $domain}) {
    name
    members: rollUp(of: {aggregation: COUNT})
    memberships(current: true, first: 10) {
      edges { node { role person { name email } events(first: 3) { edges { node { name occurredAt } } } } }
    }
  }
}</pre>
<p>Organisations that match a criterion, largest first:</p>
<pre>{
  organisations(where: "any member (role = 'admin')", orderBy: {attribute: "arr", direction: DESC}, first: 10) {
    edges { node { name attributes(names: ["arr", "plan"]) } }
  }
}</pre>
</html>
"""


def landing_page(host: str) -> bytes:
    """Return the page; its examples use the browser's `Host`."""
    return _PAGE.replace("HOST", host if _HOST.fullmatch(host) else "localhost:8080").encode()
