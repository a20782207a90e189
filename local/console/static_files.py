"""The page's static files. Only files of the folder ``static`` are served."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

_STATIC = Path(__file__).parent / "static"
_TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


def static_routes() -> list[web.RouteDef]:
    """Return a route for each file. ``/`` is index.html."""
    files = {f"/static/{path.name}": path for path in _STATIC.iterdir() if path.suffix in _TYPES}
    return [_route(url, path) for url, path in {"/": _STATIC / "index.html", **files}.items()]


def _route(url: str, path: Path) -> web.RouteDef:
    async def serve(_request: web.Request) -> web.FileResponse:
        return web.FileResponse(path, headers={"Content-Type": f"{_TYPES[path.suffix]}; charset=utf-8"})

    return web.get(url, serve)
