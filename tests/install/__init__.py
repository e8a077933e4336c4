"""Installs from lock files, with an index of packages and several releases of pip."""
