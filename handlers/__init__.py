"""The decisions of the product, as pure functions on values.

What a command, a click, a report of a CI or the clock means for a release is decided here.
"""
