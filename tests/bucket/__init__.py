"""Exports to a server that speaks S3."""
