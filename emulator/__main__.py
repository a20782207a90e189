"""Run the service: ``python -m emulator``. It prints its URL as a JSON line; SIGTERM or SIGINT stops it."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import signal
import sys
from concurrent.futures import BrokenExecutor

from emulator.control.settings import EmulatorSettings
from emulator.readers.registry import DEFAULT_READER, READERS


def main() -> int:
    """Run the service. Return 0 after a stop signal, 2 if the service cannot start."""
    logging.basicConfig(level=logging.WARNING, format="%(name)s: %(message)s")
    arguments = _parser().parse_args()
    settings = EmulatorSettings(
        app_key=arguments.app_key,
        secret_key=arguments.secret_key,
        user_access_key_id=arguments.user_access_key_id,
        secret_access_key=arguments.secret_access_key,
        reader=READERS[arguments.reader],
        max_image_bytes=arguments.max_image_bytes,
        gateway=arguments.gateway,
        passport_request_keys=arguments.passport_request_keys,
        tls_cert=arguments.tls_cert,
        tls_key=arguments.tls_key,
    )
    try:
        asyncio.run(_run(settings, arguments.host, arguments.port))
    except (OSError, BrokenExecutor) as error:
        sys.stderr.write(f"emulator: cannot start: {error}\n")
        return 2
    return 0


async def _run(settings: EmulatorSettings, host: str, port: int) -> None:
    # Each worker that reads images imports this module again, and needs no server.
    from emulator.api.server import serve
    from emulator.control.state import EmulatorState

    stop = asyncio.Event()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signal_number, stop.set)
    async with serve(EmulatorState(settings), host, port) as url:
        sys.stdout.write(json.dumps({"url": url}) + "\n")
        sys.stdout.flush()
        await stop.wait()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m emulator", description="The OCR service for development.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="default: 0, any free port")
    parser.add_argument("--app-key", required=True)
    parser.add_argument("--secret-key", required=True, help="for API v2.0")
    parser.add_argument("--user-access-key-id", default="", help="for API v2.1, with --secret-access-key")
    parser.add_argument("--secret-access-key", default="")
    parser.add_argument("--reader", choices=sorted(READERS), default=DEFAULT_READER, help=f"default: {DEFAULT_READER}")
    parser.add_argument("--max-image-bytes", type=int, default=EmulatorSettings.max_image_bytes, help="default: 20 MiB")
    parser.add_argument(
        "--gateway", action="store_true", help="with the vendor's API Gateway before the service: real HTTP statuses"
    )
    parser.add_argument("--tls-cert", metavar="FILE", help="certificate (PEM); the service then uses HTTPS")
    parser.add_argument("--tls-key", metavar="FILE", help="private key, if it is in a separate file")
    parser.add_argument(
        "--passport-request-keys",
        action="store_true",
        help="issue Request-Keys for passports, as the vendor did before 2026-05-27",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
