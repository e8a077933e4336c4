"""The kinds of CI that a policy can name."""
