"""The demo: a sample service, its repository and sites, a local Slack, the bot."""
