"""Sources as the graph remembers them: how far each stream was read, and the runs that read it."""
