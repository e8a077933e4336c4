"""The parts of the `local` CI, with real programs that are really killed."""
