"""Clients generated from the contracts in `openapi/`; see README.md."""
