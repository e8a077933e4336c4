"""A real Buildbot for tests: a master with its web API and a worker, as processes of their own in a directory of their own."""
