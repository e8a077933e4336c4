"""What CI providers are made of, each part against a real peer on loopback."""
