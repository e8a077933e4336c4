"""The page and the six minutes in a real browser, on a desktop and a phone."""
