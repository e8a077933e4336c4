"""Reports from the history alone: how often, how fast and how safely is released, and where releases wait."""
