"""Compares a contract with the released one: what a consumer of the released one would break on, and what is new."""
