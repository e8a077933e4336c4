"""Tests of the demo: its repository, builds, deployments and sites are used for real."""
