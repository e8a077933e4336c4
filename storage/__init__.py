"""Persistence: the only SQL of the product.

Rows never leave this package; what goes in and out are the frozen values of handlers/.
"""
