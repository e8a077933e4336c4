"""How CI systems are spoken to over HTTP: one client that sends a write once, and knows what its answer proves."""
