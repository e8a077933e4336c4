"""The client of Slack's Web API, against a local Slack over HTTP."""
