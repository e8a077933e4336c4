"""What storage/ remembers, on real databases: each test runs on SQLite and on PostgreSQL."""
