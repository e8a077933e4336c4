"""The policy file: what is read from it, and every fault with its place."""
