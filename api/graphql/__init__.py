"""GraphQL: a declared schema, compiled reads, executed mutations."""
