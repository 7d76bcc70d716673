"""The query service on ECS: the public contract in, the internal contract out."""
