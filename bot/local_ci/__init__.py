"""The parts of the `local` CI: how a command is claimed, run detached from the bot, read and stopped."""
