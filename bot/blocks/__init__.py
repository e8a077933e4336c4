"""Renders everything that people read, as Slack messages and modals.

Pure functions of state, without a clock.
"""
