"""Tests of the demo with real repositories, builds, deployments and sites."""
