"""The CI systems that Shiproom can drive, one module each."""
