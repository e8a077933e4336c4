"""What CIs reached over HTTP share: a client that sends writes once, responses, token checks."""
