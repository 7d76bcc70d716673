"""Fault injection, overload and attacks, published in docs/reliability.md by `make faults`."""
