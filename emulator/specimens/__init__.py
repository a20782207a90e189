"""Specimens: invented documents, drawn for real, that tests, benches and a first try can use freely."""

from __future__ import annotations

from emulator.specimens.generate import DOCUMENTS, KINDS, VARIANTS, Kind, draw
from emulator.specimens.metadata import Document, Field, Specimen, embed, extract

__all__ = ["DOCUMENTS", "KINDS", "VARIANTS", "Document", "Field", "Kind", "Specimen", "draw", "embed", "extract"]
