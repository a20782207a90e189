"""Sending of responses, with the faults that concern the transport."""

from __future__ import annotations

import asyncio
import socket
import struct

from aiohttp import web

from emulator.domain.responses import Response
from emulator.faults.corruption import response_body
from emulator.faults.kinds import (
    AnyFault,
    Drip,
    Endless,
    HalfBody,
    HttpStatus,
    Redirect,
    ResetAfterBody,
    ResetBeforeBody,
)

CONTENT_TYPE = "application/json;charset=UTF-8"
_HTML = b"<html><head><title>Gateway</title></head><body><h1>The upstream did not answer</h1></body></html>"
_PADDING = b" " * 65536


async def send_response(request: web.Request, answer: Response, fault: AnyFault | None) -> web.StreamResponse:
    """Send the response, changed by the fault, and return the response object that aiohttp expects."""
    if fault is not None and fault.delay:
        await asyncio.sleep(fault.delay)
    match fault:
        case ResetBeforeBody() | ResetAfterBody():
            return reset_connection(request)
        case HttpStatus():
            return web.Response(status=fault.status, body=_HTML, content_type="text/html")
        case Redirect():
            return web.Response(status=fault.status, headers={"Location": fault.location})
        case _:
            body = response_body(answer, fault)
            headers = {"Content-Type": CONTENT_TYPE, **answer.headers}
    match fault:
        case HalfBody():
            return await _send_half(request, headers, body)
        case Drip():
            return await _drip(request, headers, body, fault)
        case Endless():
            return await _send_endless(request, headers, body, fault)
        case _:
            return web.Response(status=answer.status, body=body, headers=headers)


def reset_connection(request: web.Request) -> web.Response:
    """Reset the connection: the client sees ECONNRESET instead of an orderly end."""
    if request.transport is not None:
        request.transport.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
        )
        request.transport.abort()
    return web.Response()


async def _send_half(request: web.Request, headers: dict[str, str], body: bytes) -> web.StreamResponse:
    response = web.StreamResponse(headers={**headers, "Content-Length": str(len(body))})
    await response.prepare(request)
    await response.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.close()
    return response


async def _drip(request: web.Request, headers: dict[str, str], body: bytes, fault: Drip) -> web.StreamResponse:
    lines = [f"{name}: {value}" for name, value in {**headers, "Content-Length": str(len(body))}.items()]
    head = "\r\n".join(["HTTP/1.1 200 OK", *lines, "Connection: close", "", ""]).encode()
    at_once, slowly, rest = (b"", head, body) if fault.part == "headers" else (head, body, b"")
    # aiohttp sends all headers at once, so this function writes the bytes to the transport itself.
    transport = request.transport
    if transport is not None:
        transport.write(at_once)
        for byte in slowly:
            if transport.is_closing():
                break
            transport.write(bytes((byte,)))
            await asyncio.sleep(fault.interval)
        transport.write(rest)
        transport.close()
    return web.Response()


async def _send_endless(
    request: web.Request, headers: dict[str, str], body: bytes, fault: Endless
) -> web.StreamResponse:
    response = web.StreamResponse(headers=headers)
    await response.prepare(request)
    await response.write(body)
    sent = len(body)
    while fault.size is None or sent < fault.size:
        padding = _PADDING if fault.size is None else _PADDING[: fault.size - sent]
        await response.write(padding)
        sent += len(padding)
    return response
