"""The error of a demo."""


class DemoError(Exception):
    """The reason why a demo cannot go on, as a sentence for people."""
