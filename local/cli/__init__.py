"""The commands: run, up, and what they print."""
