"""Drivers of the local Slack for tests: its users, injected faults, outages and events."""
