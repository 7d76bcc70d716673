"""Builds the functions' packages and the JSON documents of ECS; never deployed itself."""
