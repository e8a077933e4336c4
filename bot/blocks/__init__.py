"""bot/blocks/ writes what people read: pure functions from state to Slack messages and modals, without a clock."""
