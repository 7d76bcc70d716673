"""What both clients share and no contract says; written by hand in `sdk/runtime`, and copied into each package."""
