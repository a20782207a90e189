"""The console's HTTP interface for its page, under /api."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import msgspec
from aiohttp import web
from sealed_ocr.aws.errors import ConditionFailed
from sealed_ocr.common.sizes import readable_size

from local.console.event_stream import stream_events
from local.console.faults import POSITIONS, FaultSwitch, Position
from local.console.uploads import SAMPLES, Sample, Uploads, sample_image
from local.console.verification import forward_claim
from local.pipeline.images import KINDS, ImageFile
from workstation.image_decoding import UndecodableImage

if TYPE_CHECKING:
    from local.console.documents import TrackedDocument
    from local.console.parked import ParkedDocuments
    from local.console.record import Record

MAX_UPLOAD_BYTES = 32 * 1024 * 1024
"""The console accepts larger images than the pipeline, so that the pipeline is the one to reject them."""
Body = TypeVar("Body")
_MAX_JSON_BYTES = 64 * 1024
_MAX_NAME_LENGTH = 200


class _SampleRequest(msgspec.Struct, forbid_unknown_fields=True):
    sample: Sample
    seed: int


class _FaultRequest(msgspec.Struct, forbid_unknown_fields=True):
    to: Position


class ConsoleServices(NamedTuple):
    """What the routes use. ``switch`` is None if the OCR service is not the emulator.

    ``endpoints`` are the addresses that the page puts into commands to copy.
    """

    record: Record
    uploads: Uploads
    parked: ParkedDocuments
    switch: FaultSwitch | None
    verify_url: str
    endpoints: dict[str, str]
    reader: str | None


class Routes:
    """The request handlers. Blocking work runs in threads."""

    def __init__(self, services: ConsoleServices) -> None:
        self._services = services

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
            web.post(f"{one}/release", self._release),
            web.post(f"{one}/verification", self._verify),
            web.put("/api/fault", self._fault),
            web.post("/api/rotations", self._rotate),
        ]

    async def _about(self, _request: web.Request) -> web.Response:
        about = {"kinds": KINDS, "samples": SAMPLES, "largestUpload": MAX_UPLOAD_BYTES, "reader": self._services.reader}
        about["endpoints"] = self._services.endpoints
        return web.json_response(about | {"faults": POSITIONS if self._services.switch else []})

    async def _events(self, request: web.Request) -> web.StreamResponse:
        return await stream_events(request, self._services.record)

    async def _upload(self, request: web.Request) -> web.Response:
        kind, name = request.query.get("kind", ""), request.query.get("name", "")
        if kind not in KINDS:
            raise web.HTTPBadRequest(text=f"the kind must be one of {', '.join(KINDS)}")
        if not name.isprintable() or "/" in name or not 0 < len(name) <= _MAX_NAME_LENGTH:
            raise web.HTTPBadRequest(
                text=f"a file name must have 1 to {_MAX_NAME_LENGTH} printable characters and no slash"
            )
        return await self._upload_image(ImageFile(kind, name, await _body(request, MAX_UPLOAD_BYTES)))

    async def _sample(self, request: web.Request) -> web.Response:
        body = await _json(request, _SampleRequest)
        return await self._upload_image(await asyncio.to_thread(sample_image, body.sample, body.seed))

    async def _upload_image(self, image: ImageFile) -> web.Response:
        number = await asyncio.to_thread(self._services.uploads.upload, image)
        return web.json_response({"number": number}, status=201)

    async def _image(self, request: web.Request) -> web.Response:
        document = self._document(request)
        try:
            picture = await asyncio.to_thread(self._services.uploads.picture, document.key)
        except UndecodableImage as error:
            raise web.HTTPUnsupportedMediaType(text=str(error)) from None
        return web.Response(body=picture, content_type="image/png")

    async def _message(self, request: web.Request) -> web.Response:
        message = self._document(request).message
        if message is None:
            raise web.HTTPNotFound(text="there is no message about it yet")
        return web.json_response(
            {
                "body": message.text,
                "opened": message.opened,
                "attributes": message.attributes,
                "messageId": message.message_id,
            }
        )

    async def _deliver(self, request: web.Request) -> web.Response:
        document = self._document(request)
        if document.receipt_handle is None:
            raise web.HTTPConflict(text="it does not wait in the queue")
        await asyncio.to_thread(self._services.uploads.make_visible, document.receipt_handle)
        return web.json_response({})

    async def _release(self, request: web.Request) -> web.Response:
        document = self._document(request)
        try:
            found = await asyncio.to_thread(self._services.parked.release, document.document_id)
        except ConditionFailed:
            raise web.HTTPConflict(text="another attempt is under way") from None
        if not found:
            raise web.HTTPConflict(text="it has no dead letter")
        return web.json_response({})

    async def _verify(self, request: web.Request) -> web.Response:
        document, claim = self._document(request), await _body(request, _MAX_JSON_BYTES)
        key = request.headers.get("Idempotency-Key")
        return web.json_response(
            await asyncio.to_thread(forward_claim, self._services.verify_url, document.document_id, claim, key)
        )

    async def _fault(self, request: web.Request) -> web.Response:
        await asyncio.to_thread(self._switch().set, (await _json(request, _FaultRequest)).to)
        return web.json_response({})

    async def _rotate(self, _request: web.Request) -> web.Response:
        await asyncio.to_thread(self._switch().rotate_keys)
        return web.json_response({})

    def _switch(self) -> FaultSwitch:
        if self._services.switch is None:
            raise web.HTTPConflict(text="the OCR service is not the emulator")
        return self._services.switch

    def _document(self, request: web.Request) -> TrackedDocument:
        document = self._services.record.by_number(int(request.match_info["number"]))
        if document is None:
            raise web.HTTPNotFound(text="there is no such document")
        return document


async def _body(request: web.Request, max_size: int) -> bytes:
    sentence = f"that is more than the console's limit of {readable_size(max_size)}"
    if (request.content_length or 0) > max_size:
        raise web.HTTPRequestEntityTooLarge(max_size, request.content_length or 0, text=sentence)
    return await request.read()


async def _json(request: web.Request, body_type: type[Body]) -> Body:
    try:
        return msgspec.json.decode(await _body(request, _MAX_JSON_BYTES), type=body_type)
    except ValueError as error:
        raise web.HTTPBadRequest(text=str(error)) from None
