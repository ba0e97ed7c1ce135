"""Who belongs where and when: spells from statements (M), and whose and where an event is (E)."""
