"""Connects the core to the outside world: Slack, HTTP, CI systems, the clock and the command line."""

VERSION = "0.1.0"
"""The version of Shiproom, as pyproject.toml has it; a test holds them together."""
