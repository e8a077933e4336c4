"""The HTTP server: the guard, routes for Slack and CIs, the JSON API, health and metrics."""
