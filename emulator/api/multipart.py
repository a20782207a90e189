"""An incremental parser for the multipart body of an analysis."""

from __future__ import annotations

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

from emulator.domain.result_codes import Code, Refusal

_MOST_PARTS = 10


class ImagePart:
    """The part ``image`` of a multipart/form-data body (guide: `image`, "Image file")."""

    def __init__(self, boundary: str) -> None:
        self._decoder = MultipartDecoder(boundary.encode(), max_parts=_MOST_PARTS)
        self._images: list[bytearray] = []
        self._inside = False
        self._malformed = False

    def feed(self, data: bytes | None) -> None:
        """Parse the next bytes of the body; None marks its end."""
        if self._malformed:
            return
        try:
            self._decoder.receive_data(data)
            self._take_events()
        except (ValueError, RequestEntityTooLarge):
            self._malformed = True

    def content(self) -> bytes:
        """Return the content of the part. Call it after the end of the body.

        Raises
        ------
        Refusal
            INVALID_PARAMETER unless the body is well-formed and has exactly one such part with a file name. Without a
            file name, the service treats the part as a text field.
        """
        if self._malformed or len(self._images) != 1:
            raise Refusal(Code.INVALID_PARAMETER)
        return bytes(self._images[0])

    def _take_events(self) -> None:
        while not isinstance(event := self._decoder.next_event(), NeedData | Epilogue):
            match event:
                case File(name="image"):
                    self._images.append(bytearray())
                    self._inside = True
                case File() | Field():
                    self._inside = False
                case Data() if self._inside:
                    self._images[-1] += event.data
