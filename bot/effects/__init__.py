"""Performs saved effects: Slack posts, CI requests, events for other releases."""
