"""The Slack edge: what comes in, what goes out, and how fast."""
