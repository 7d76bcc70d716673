"""Measurements: each module is one, and says how to run it; none of them is a test."""
