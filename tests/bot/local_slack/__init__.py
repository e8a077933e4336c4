"""Tests of the local Slack with slack_sdk, a small bolt app and its users."""
