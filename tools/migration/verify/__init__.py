"""The guide's checklist as automatic checks."""
