"""Specimens: images of invented documents, for tests, benchmarks and trying out."""

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
