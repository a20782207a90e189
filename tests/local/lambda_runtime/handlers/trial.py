"""A handler that ends in the way its event requests."""

from __future__ import annotations

import os
import socket
import time
from typing import Any


def handler(event: dict[str, Any], context: Any) -> Any:
    match event.get("do"):
        case "answer":
            return {"pid": os.getpid(), "echo": event, "remaining": context.get_remaining_time_in_millis()}
        case "environment":
            return dict(os.environ)
        case "raise":
            raise ValueError("as requested")
        case "exit":
            os._exit(3)
        case "exit during the response":
            path = f"/2018-06-01/runtime/invocation/{context.aws_request_id}/response"
            with socket.create_connection(os.environ["AWS_LAMBDA_RUNTIME_API"].split(":")) as runtime:  # type: ignore[arg-type]  # host and port
                runtime.sendall(f"POST {path} HTTP/1.1\r\nContent-Length: 100\r\n\r\n".encode())
            os._exit(3)
        case "sleep":
            print("asleep")
            time.sleep(event["seconds"])
            return os.getpid()
        case "print":
            print(event["text"])
            return None
    return event.get("result")
