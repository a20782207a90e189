"""The reader ``specimen``: it reads the metadata that the specimen generator writes into an image file."""

from __future__ import annotations

from emulator.domain.key_pairs import KeyService
from emulator.domain.readings import DocumentReading, ReadField
from emulator.specimens.metadata import extract

# The values come from metadata, so the confidence is always 1.
_CERTAIN = 1.0


class SpecimenReader:
    """Reads specimens. On any other image, it finds no document."""

    def read(self, image: bytes, service: KeyService) -> DocumentReading | None:
        """Return the fields in the specimen's metadata, or None without metadata."""
        specimen = extract(image)
        if specimen is None:
            return None
        fields = tuple(ReadField(field.key, field.value, _CERTAIN, field.box) for field in specimen.fields)
        return DocumentReading(specimen.document, fields)
