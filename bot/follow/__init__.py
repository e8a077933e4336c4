"""Looks at CI systems, again and again: at what is in flight, at what was built, at what was deployed from outside.

What a CI says when it is asked is the truth; webhooks only make the next look come sooner.
"""
