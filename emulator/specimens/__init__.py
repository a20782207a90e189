"""Specimens: invented documents, drawn for real, that tests, benches and a first try can use freely."""

from __future__ import annotations

from emulator.specimens.generate import DOCUMENTS, KINDS, VARIANTS, SpecimenKind, draw
from emulator.specimens.metadata import DocumentKind, Field, Specimen, embed, extract

__all__ = [
    "DOCUMENTS",
    "KINDS",
    "VARIANTS",
    "DocumentKind",
    "Field",
    "Specimen",
    "SpecimenKind",
    "draw",
    "embed",
    "extract",
]
