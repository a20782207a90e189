"""Moments as messages, log lines and the operator's tools write them."""

from __future__ import annotations

import datetime as dt


def timestamp(epoch: float) -> str:
    """Return ``epoch`` seconds as RFC 3339 in UTC, to the millisecond."""
    moment = dt.datetime.fromtimestamp(epoch, dt.UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
