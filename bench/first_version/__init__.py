"""What a user would write first: requests, pycryptodome, pydantic, a connection each, the whole image in memory."""
