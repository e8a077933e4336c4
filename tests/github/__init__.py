"""A local GitHub for the tests: it keeps state, speaks the published API, runs workflow files, and fails on demand."""
