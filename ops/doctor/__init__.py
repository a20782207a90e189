"""``doctor``: checks whether a stack works, and shows what was proven."""
