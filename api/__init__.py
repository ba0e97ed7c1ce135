"""The HTTP API: GraphQL, rows of loads, syncs, tracking, health and metrics."""
