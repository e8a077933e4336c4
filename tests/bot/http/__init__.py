"""The HTTP edge against the running server, byte by byte where that matters."""
