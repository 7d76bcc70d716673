"""Measurements of the product beside its peers, published in docs/performance.md by `make bench`."""
