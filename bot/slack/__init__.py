"""Slack: what comes in from people, and what goes out to them."""
