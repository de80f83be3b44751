"""Records turned into what users read."""
