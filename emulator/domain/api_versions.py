"""The versions of the API. Keys, Request-Keys and credentials of one version are unknown to the other (facts)."""

from __future__ import annotations

from typing import Literal, get_args

ApiVersion = Literal["v2.0", "v2.1"]
API_VERSIONS: tuple[ApiVersion, ...] = get_args(ApiVersion)
