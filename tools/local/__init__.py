"""Stands in for AWS on a laptop and in tests; never deployed, and nothing that is deployed imports it."""
