"""Connects the core to the outside world: Slack, HTTP, CI systems, the clock and the command line."""

VERSION = "0.1.0"
"""The version of Shiproom. It stands here only: pyproject.toml reads it from here, and `make release` holds the tag to it."""
