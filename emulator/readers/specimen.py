"""The reader that finds what our own specimen generator wrote into the image file's metadata."""

from __future__ import annotations

from emulator.domain.key_pairs import KeyService
from emulator.domain.readings import ReadField, Reading
from emulator.specimens.metadata import extract

# Nothing is recognised here, so nothing is in doubt.
_CERTAIN = 1.0


class SpecimenReader:
    """Knows specimens and nothing else; any other image holds no document."""

    def read(self, image: bytes, service: KeyService) -> Reading | None:
        """Return the fields of the specimen's metadata, or None without any."""
        specimen = extract(image)
        if specimen is None:
            return None
        fields = tuple(ReadField(field.key, field.value, _CERTAIN, field.box) for field in specimen.fields)
        return Reading(specimen.document, fields)
