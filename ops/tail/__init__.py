"""``tail``: follows the results queue without consuming its messages."""
