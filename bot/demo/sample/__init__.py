"""The sample's sources, copied into a git repository by the demo; never imported."""
