"""Asks the service before and after the move the same questions, and compares the answers."""
