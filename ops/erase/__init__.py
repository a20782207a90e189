"""``erase``: erases documents on demand, with a receipt."""
