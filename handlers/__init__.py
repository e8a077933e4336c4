"""handlers/ decides: what a command, a click, a report or the clock means for a release, as pure functions on values."""
