"""The settings of uploads: the pages that may upload, and whether a key may be used twice."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

_MAX_ORIGINS = 20
_HOST = r"[a-z0-9]([a-z0-9-]*[a-z0-9])?"
# As browsers send it: lower case, punycode, no default port, nothing behind. So S3 compares equal texts, and "*", with
# which every page of the web could send a form that it got hold of, is no origin.
_ORIGIN = (
    rf"^(https://(?!.*:443\Z){_HOST}(\.{_HOST})*"
    r"|http://(?!.*[a-z1\]]:80\Z)(localhost|127\.0\.0\.1|\[::1\]))(:[1-9][0-9]{0,4})?\Z"
)


def _distinct(origins: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(origins)) < len(origins):
        raise ValueError("an origin comes twice")
    return origins


UploadOrigins = Annotated[
    tuple[Annotated[str, Meta(pattern=_ORIGIN)], ...],
    Meta(
        max_length=_MAX_ORIGINS,
        description=f"1 to {_MAX_ORIGINS} different origins as browsers send them, with commas between them: "
        "https://host[:port] in lower case, without the default port and without a path (http:// for this machine "
        "alone); or nothing",
    ),
    _distinct,
]
