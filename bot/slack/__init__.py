"""Handles what people send from Slack: slash commands, clicks and modals."""
