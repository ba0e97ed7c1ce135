"""Changes of journeys: each is checked, assessed, versioned and saved (J9)."""
