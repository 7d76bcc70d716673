"""The tools of the move itself: back-fill of `ap_id`, parity of old and new, checklist, import; never deployed."""
