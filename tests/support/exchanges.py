"""Requests to a `RawServer`, and simple behaviours of such a server."""

import time

from sealed_ocr.ocr.request_body import Body

from tests.support.polling import PATIENCE

PATH = "/v2.0/appkeys/AppKey0Canary0123456/credit-card"
SECRETS = [PATH, "AppKey0Canary", "SecretKeyCanary"]
# More bytes than the socket buffers hold.
LARGE = 16 << 20


def post(transport, size=100, seconds=PATIENCE, chunk=65536):
    pieces = (b"x" * min(chunk, size - start) for start in range(0, size, chunk))
    headers = {"Authorization": "SecretKeyCanary+/=98"}
    return transport.exchange("POST", PATH, headers, time.monotonic() + seconds, Body("text/plain", size, pieces))


def respond_with(*responses):
    """Send the `responses` in turn, one for each request of a connection, and start again after the last."""

    def behave(peer, _) -> None:
        while True:
            for response in responses:
                peer.request()
                peer.send(response)

    return behave


def respond_and_close(content):
    def behave(peer, _) -> None:
        peer.request()
        peer.send(content)

    return behave
