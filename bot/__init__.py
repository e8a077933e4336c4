"""Connects the core to the outside world: Slack, HTTP, CI systems, the clock and the command line."""
