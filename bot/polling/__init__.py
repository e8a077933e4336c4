"""Polls CI systems for runs in flight, new builds and external deployments.

A CI's answer to a poll is the truth; webhooks only make the next poll come sooner.
"""
