"""bot/ connects: everything that awaits the world, Slack, HTTP, CI systems, the clock and the command line."""
