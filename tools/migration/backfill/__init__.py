"""Adds `ap_id` to the rows that were written before the move."""
