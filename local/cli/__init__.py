"""The commands ``run`` and ``up``, and their output."""
