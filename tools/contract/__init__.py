"""Reads, checks and bundles the two OpenAPI documents; a tool of the workshop, never deployed."""
