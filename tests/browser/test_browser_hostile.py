"""Names and values that an uploader chose: they are shown, but neither run, nor hide, nor change their order."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from console_page import ConsolePage
from playwright.sync_api import Page, Route, expect

# The console's server sends what follows; only its content is made up here.
MARKUP = "<img src=x onerror=\"document.title='run'\"><script>document.title='run'</script>"
HOSTILE = f"{MARKUP}홍길동\x1b]0;t\x07\x9b\u202e1234\u202c\u2066\u2028\u2029\\x1b\ud800"
SHOWN = f"{MARKUP}홍길동\\u001b]0;t\\u0007\\u009b\\u202e1234\\u202c\\u2066\\u2028\\u2029\\x1b\\ud800"
SEEN = {"station": "results", "state": "done", "text": HOSTILE, "at": 1.0}
DOCUMENT: dict[str, Any] = {
    "messageId": "m",
    "number": 9_001, "documentId": "0" * 32, "name": HOSTILE, "kind": HOSTILE, "size": 1, "pixels": None, "began": 0.0,
    "ended": 1.0, "outcome": "analyzed", "deliveries": 1, "rejection": None,
    "stations": {"results": {"state": "done", "text": HOSTILE}}, "observations": [SEEN],
}  # fmt: skip
RESULT = {"idType": HOSTILE, "keyValues": [{"key": HOSTILE, "value": HOSTILE, "conf": 0.5}]}
REJECTION = {"code": HOSTILE, "reason": f"-{HOSTILE}", "resultCode": 1}
INVISIBLE = """() => {
  const texts = [...document.body.querySelectorAll("*")].flatMap((element) => [...element.childNodes])
    .filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.data);
  return texts.filter((text) => /[^\\P{C}\\n]|[\\u2028\\u2029]/u.test(text));
}"""


def send(page: Page, data: dict[str, Any]) -> None:
    """Let the page receive a document and its message."""
    stream = f"event: document\ndata: {json.dumps(DOCUMENT)}\n\nevent: ready\ndata: null\n\n"
    message = {"body": json.dumps({"data": data}), "attributes": {"type": HOSTILE}, "messageId": "m"}

    def answer(kind: str, body: str) -> Callable[[Route], None]:
        return lambda route: route.fulfill(content_type=kind, body=body)

    page.route("**/api/events", answer("text/event-stream", stream))
    page.route("**/api/documents/9001/message", answer("application/json", json.dumps(message)))


@pytest.mark.parametrize(
    ("data", "places"),
    [
        ({"result": RESULT}, [".field-name", ".field-value", "pre.json", "p.chips"]),
        ({"rejection": REJECTION}, ["#rejection", "pre.json"]),
    ],
    ids=["analyzed", "rejected"],
)
def test_text_of_a_stranger_is_shown_as_text(console: ConsolePage, data: dict[str, Any], places: list[str]) -> None:
    page = console.page
    send(page, data)
    page.reload()
    page.locator("#show-all").check(force=True)
    for place in [
        ".history-name",
        ".history-details",
        "#subject-title",
        "ol.timeline",
        "[data-station=results]",
        *places,
    ]:
        shown = page.locator(place).first
        expect(shown).to_contain_text("홍길동")
        text = (shown.text_content() or "").replace("\\\\x1b", "\\x1b").replace('\\"', '"')
        assert SHOWN in text, place
    assert page.evaluate(INVISIBLE) == []
    assert page.locator("img[src=x]").count() == 0
    assert page.title() == "Sealed OCR console"
    console.errors[:] = [error for error in console.errors if "ERR_ABORTED" not in error]
    page.unroute_all()
    page.reload()
