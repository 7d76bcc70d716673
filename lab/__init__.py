"""Measurements and fault injection against the running parts; nothing here is deployed."""
