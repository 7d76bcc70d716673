"""Tools for the move to ECS: back-fill of `ap_id`, parity check, checklist and import. Never deployed."""
