"""Runtime of both clients; written by hand in `tools/sdk/runtime` and copied into each package."""
