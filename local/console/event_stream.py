"""The record as server-sent events: all that is known at first, then whatever comes."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from aiohttp import web

if TYPE_CHECKING:
    from local.console.record import Record

_SILENCE_SECONDS = 15.0
_MOST_UNSENT = 10_000


async def events(request: web.Request, record: Record) -> web.StreamResponse:
    """Answer with events until the page leaves; one that reads too slowly is cut off, and begins anew."""
    loop = asyncio.get_running_loop()
    unsent: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()

    def hear(name: str, fact: Any) -> None:
        loop.call_soon_threadsafe(unsent.put_nowait, (name, fact))

    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    deafen = record.listen(hear)
    try:
        while unsent.qsize() < _MOST_UNSENT:
            try:
                name, fact = await asyncio.wait_for(unsent.get(), _SILENCE_SECONDS)
            except TimeoutError:
                # A page that has gone is noticed when something is sent to it.
                await response.write(b": still here\n\n")
                continue
            await response.write(f"event: {name}\ndata: {json.dumps(fact, ensure_ascii=False)}\n\n".encode())
    except ConnectionError:
        pass
    finally:
        deafen()
    return response
