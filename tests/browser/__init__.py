"""The page and the five minutes in a real browser, at a desk and in a hand."""
