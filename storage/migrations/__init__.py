"""The migrations: each version is self-contained and imports nothing of ours."""
