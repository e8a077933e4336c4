"""Calls Slack's Web API: one client, one rate limiter, one outage detector."""
