"""Two people at once, on real databases: the first wins, the second gets a true answer, and the audit agrees."""
