"""A local Slack in one aiohttp app, for `shiproom demo` and the scenario tests."""
