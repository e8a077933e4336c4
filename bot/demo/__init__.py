"""The demo: a sample service with its repository and sites, a local Slack, and the bot as a second process; all real."""
