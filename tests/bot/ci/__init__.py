"""What every CI has to do, and each CI by itself against real programs or its own API served on loopback."""
