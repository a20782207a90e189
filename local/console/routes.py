"""What the page asks for and does, under /api."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import msgspec
from aiohttp import web

from local.console.event_stream import events
from local.console.faults import POSITIONS, Position, Switch
from local.console.uploads import SAMPLES, Image, Sample, Uploads, sample
from local.console.verification import ask
from local.pipeline.images import KINDS

if TYPE_CHECKING:
    from local.console.documents import Document
    from local.console.record import Record

LARGEST_UPLOAD = 32 * 1024 * 1024
"""Bytes that the console carries to the bucket: more than the pipeline takes, so that it is the one to refuse."""
Body = TypeVar("Body")
_LARGEST_JSON = 64 * 1024
_LONGEST_NAME = 200


class _Wanted(msgspec.Struct, forbid_unknown_fields=True):
    sample: Sample
    seed: int


class _Switched(msgspec.Struct, forbid_unknown_fields=True):
    to: Position


class Parts(NamedTuple):
    """What the routes speak to; ``switch`` is None when the OCR service is not the emulator."""

    record: Record
    uploads: Uploads
    switch: Switch | None
    verify_url: str
    reader: str | None


class Routes:
    """The handlers. Blocking work is done in threads."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        one = "/api/documents/{number:[0-9]+}"
        return [
            web.get("/api/about", self._about),
            web.get("/api/events", self._events),
            web.post("/api/documents", self._upload),
            web.post("/api/samples", self._sample),
            web.get(f"{one}/image", self._image),
            web.get(f"{one}/message", self._message),
            web.post(f"{one}/delivery", self._deliver),
            web.post(f"{one}/verification", self._verify),
            web.put("/api/fault", self._fault),
            web.post("/api/rotations", self._rotate),
        ]

    async def _about(self, _request: web.Request) -> web.Response:
        about = {"kinds": KINDS, "samples": SAMPLES, "largestUpload": LARGEST_UPLOAD, "reader": self._parts.reader}
        return web.json_response(about | {"faults": POSITIONS if self._parts.switch else []})

    async def _events(self, request: web.Request) -> web.StreamResponse:
        return await events(request, self._parts.record)

    async def _upload(self, request: web.Request) -> web.Response:
        kind, name = request.query.get("kind", ""), request.query.get("name", "")
        if kind not in KINDS:
            raise web.HTTPBadRequest(text=f"the kind is one of {', '.join(KINDS)}")
        if not name.isprintable() or "/" in name or not 0 < len(name) <= _LONGEST_NAME:
            raise web.HTTPBadRequest(text=f"a file name has 1 to {_LONGEST_NAME} characters, none of them a slash")
        return await self._put(Image(kind, name, await _body(request, LARGEST_UPLOAD)))

    async def _sample(self, request: web.Request) -> web.Response:
        wanted = await _json(request, _Wanted)
        return await self._put(await asyncio.to_thread(sample, wanted.sample, wanted.seed))

    async def _put(self, image: Image) -> web.Response:
        number = await asyncio.to_thread(self._parts.uploads.put, image)
        return web.json_response({"number": number}, status=201)

    async def _image(self, request: web.Request) -> web.Response:
        document = self._document(request)
        if document.media_type is None:
            raise web.HTTPUnsupportedMediaType(text="neither a PNG nor a JPEG image")
        content = await asyncio.to_thread(self._parts.uploads.fetch, document.key)
        return web.Response(body=content, content_type=document.media_type)

    async def _message(self, request: web.Request) -> web.Response:
        came = self._document(request).came
        if came is None:
            raise web.HTTPNotFound(text="no message about it has come")
        return web.json_response({"body": came.text, "attributes": came.attributes, "messageId": came.message_id})

    async def _deliver(self, request: web.Request) -> web.Response:
        document = self._document(request)
        if document.handle is None:
            raise web.HTTPConflict(text="it does not wait in the queue")
        await asyncio.to_thread(self._parts.uploads.bring_forward, document.handle)
        return web.json_response({})

    async def _verify(self, request: web.Request) -> web.Response:
        document, claim = self._document(request), await _body(request, _LARGEST_JSON)
        key = request.headers.get("Idempotency-Key")
        return web.json_response(await asyncio.to_thread(ask, self._parts.verify_url, document.document_id, claim, key))

    async def _fault(self, request: web.Request) -> web.Response:
        await asyncio.to_thread(self._switch().to, (await _json(request, _Switched)).to)
        return web.json_response({})

    async def _rotate(self, _request: web.Request) -> web.Response:
        await asyncio.to_thread(self._switch().rotate_keys)
        return web.json_response({})

    def _switch(self) -> Switch:
        if self._parts.switch is None:
            raise web.HTTPConflict(text="the OCR service is not the emulator")
        return self._parts.switch

    def _document(self, request: web.Request) -> Document:
        document = self._parts.record.numbered(int(request.match_info["number"]))
        if document is None:
            raise web.HTTPNotFound(text="there is no such document")
        return document


async def _body(request: web.Request, largest: int) -> bytes:
    sentence = f"that is more than the console's {largest:,} bytes"
    if (request.content_length or 0) > largest:
        raise web.HTTPRequestEntityTooLarge(largest, request.content_length or 0, text=sentence)
    return await request.read()


async def _json(request: web.Request, wanted: type[Body]) -> Body:
    try:
        return msgspec.json.decode(await _body(request, _LARGEST_JSON), type=wanted)
    except ValueError as error:
        raise web.HTTPBadRequest(text=str(error)) from None
