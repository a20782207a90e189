"""Commands for a single document: ``status``, ``reanalyze`` and ``lock-guard``."""
