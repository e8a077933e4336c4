"""The sample service's own sources, copied into a git repository of their own when a demo starts: nothing here is imported."""
