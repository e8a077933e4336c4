"""Measures the numbers of the contract: ratios in one interleaved run, medians, nothing asserted."""
