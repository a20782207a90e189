"""The service's state, and the endpoints under ``/_emulator/`` that show and change it."""
