"""Compares a contract with its last release: breaking changes and additions."""
