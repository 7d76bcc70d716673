"""Moves callers to the contract on the stage that they call."""
