"""Sources: each is a folder that gives streams to the kernel of syncs."""
