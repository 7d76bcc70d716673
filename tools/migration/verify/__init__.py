"""The guide's checklist, answered by the machine."""
