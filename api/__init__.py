"""GraphQL and the tracking endpoints."""
