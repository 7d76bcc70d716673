"""Sends the same queries to the service before and after the move, and compares the answers."""
