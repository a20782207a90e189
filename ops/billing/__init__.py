"""The command ``reconcile``: the vendor's bill of a month."""
