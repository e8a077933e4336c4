"""The page and the five minutes in a real browser, on a desktop and a phone."""
