"""Faults, overload and attacks against the running parts, on this machine alone; `python -m lab.faults` runs them."""
