"""The record as server-sent events: first everything known so far, then each change."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from aiohttp import web

if TYPE_CHECKING:
    from local.console.record import Record

_KEEP_ALIVE_SECONDS = 15.0
_MAX_UNSENT = 10_000


async def stream_events(request: web.Request, record: Record) -> web.StreamResponse:
    """Send events until the page leaves. A page that reads too slowly is disconnected, and reconnects."""
    loop = asyncio.get_running_loop()
    unsent: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()

    def listener(name: str, data: Any) -> None:
        loop.call_soon_threadsafe(unsent.put_nowait, (name, data))

    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    unsubscribe = record.subscribe(listener)
    try:
        while unsent.qsize() < _MAX_UNSENT:
            try:
                name, data = await asyncio.wait_for(unsent.get(), _KEEP_ALIVE_SECONDS)
            except TimeoutError:
                # A closed page is noticed only when something is sent to it.
                await response.write(b": keep-alive\n\n")
                continue
            # In ASCII: the page takes U+2028, which a file name may contain, for the end of a line.
            await response.write(f"event: {name}\ndata: {json.dumps(data)}\n\n".encode())
    except ConnectionError:
        pass
    finally:
        unsubscribe()
    return response
