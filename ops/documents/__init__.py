"""Commands for a single document: ``status`` and ``reanalyze``."""
