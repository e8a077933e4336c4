"""A Slack of one's own: what `shiproom demo` shows and where the scenario tests live, as one aiohttp app."""
