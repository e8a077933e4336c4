"""The local Slack, driven by slack_sdk, by a small bolt app and by people."""
