"""Development and operations tools; nothing here is deployed."""
