"""The pipeline as a user would write it first.

It uses requests, pycryptodome and pydantic, opens a connection for each call and holds the whole image in memory.
"""
