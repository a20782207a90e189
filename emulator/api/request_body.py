"""Request bodies: read completely, but never beyond a size limit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from werkzeug.http import parse_options_header

from emulator.api.multipart import ImagePart
from emulator.domain.result_codes import Code, Refusal

# Allowance for a multipart body's boundaries, part headers and padding.
FRAMING_BYTES = 64 * 1024
CLAIM_BYTES = 64 * 1024
FORM_BYTES = 16 * 1024


class IncompleteBody(Exception):
    """The connection ended or the time limit passed before the body was complete. No response is possible."""


async def read_image_part(request: web.Request, max_image_bytes: int, seconds: float) -> bytes:
    """Return the ciphertext in the multipart body's only part ``image``, which has a file name (facts).

    Raises
    ------
    IncompleteBody
        The body did not arrive completely in time.
    Refusal
        TOO_LARGE, as soon as the size is known; UNSUPPORTED_MEDIA_TYPE; INVALID_PARAMETER.
    """
    content_type, parameters = parse_options_header(request.headers.get("Content-Type"))
    part = ImagePart(parameters.get("boundary", ""))
    await _read_to_end(request, max_image_bytes + FRAMING_BYTES, seconds, part.feed)
    if content_type != "multipart/form-data":
        raise Refusal(Code.UNSUPPORTED_MEDIA_TYPE)
    part.feed(None)
    return part.content()


async def read_claim_body(request: web.Request, seconds: float) -> bytes:
    """Return the JSON body of a verification request.

    Raises
    ------
    IncompleteBody
        The body did not arrive completely in time.
    Refusal
        TOO_LARGE, UNSUPPORTED_MEDIA_TYPE.
    """
    return await _read_body(request, CLAIM_BYTES, seconds, "application/json")


async def read_form_body(request: web.Request, seconds: float) -> bytes:
    """Return the form of a token request.

    Raises
    ------
    IncompleteBody
        The body did not arrive completely in time.
    Refusal
        TOO_LARGE, UNSUPPORTED_MEDIA_TYPE.
    """
    return await _read_body(request, FORM_BYTES, seconds, "application/x-www-form-urlencoded")


async def _read_body(request: web.Request, limit: int, seconds: float, content_type: str) -> bytes:
    body = bytearray()
    await _read_to_end(request, limit, seconds, body.extend)
    if request.content_type != content_type:
        raise Refusal(Code.UNSUPPORTED_MEDIA_TYPE)
    return bytes(body)


async def _read_to_end(request: web.Request, limit: int, seconds: float, take: Callable[[bytes], None]) -> None:
    if (request.content_length or 0) > limit:
        raise Refusal(Code.TOO_LARGE)
    try:
        async with asyncio.timeout(seconds):
            async for chunk in request.content.iter_any():
                if request.content.total_bytes > limit:
                    raise Refusal(Code.TOO_LARGE)
                take(chunk)
    except (ConnectionError, TimeoutError, HttpProcessingError) as error:
        raise IncompleteBody from error
