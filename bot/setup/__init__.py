"""What `shiproom init` asks and writes: the first policy, the manifest of the Slack app, the environment."""
