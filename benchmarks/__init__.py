"""What Membergraph costs, measured beside the peer or the limit that the design names; every figure of a ratio comes from one run."""
