"""Small values without dependencies that several packages share."""
