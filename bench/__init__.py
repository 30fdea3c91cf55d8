"""Measures the program and its county server against budgets and against floors (docs/benchmarks.md).

Real processes only: whoever is measured shares none with the generator of the data or with a peer.
"""
