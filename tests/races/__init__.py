"""Two people at once, on real databases: whoever comes first wins, whoever loses is told the truth, and the audit agrees."""
