"""What connects the bot to the world, tested over loopback."""
