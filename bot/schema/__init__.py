"""Strict models over a YAML file whose every value knows its position; for the policy and the CIs' settings."""
