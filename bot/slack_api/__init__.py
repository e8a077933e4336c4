"""Slack's Web API as we call it: one client, one pace."""
