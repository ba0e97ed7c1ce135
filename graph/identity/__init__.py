"""Who a fact speaks of: identities, the evidence between them, and what they add up to."""
