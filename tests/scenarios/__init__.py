"""Whole stories, told through Slack's own doors against the running bot."""
