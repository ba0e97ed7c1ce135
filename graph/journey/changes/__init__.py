"""Changes of journeys: each is checked, foreseen, versioned and saved (J9)."""
