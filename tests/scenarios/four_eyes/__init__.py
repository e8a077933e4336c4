"""A table of ways in which the authors of a build are known, half known, unknown or forged, on each CI that can tell."""
