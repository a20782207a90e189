"""A page object for the console."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Response, expect


class ConsolePage:
    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.errors: list[str] = []
        self._messages: dict[str, dict[str, Any]] = {}
        page.on("console", lambda message: message.type == "error" and self.errors.append(message.text))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("response", self._note)
        page.goto(address)
        expect(page.locator("#samples button").first).to_be_visible()
        expect(page.locator("#queues tr").first).to_be_visible()

    def upload(self, *files: Path, kind: str = "id-card", outcome: str = "analyzed") -> None:
        """Choose files and wait for the outcome of the last one."""
        count = self.page.locator("#history > li").count() + len(files)
        self.page.set_input_files("#file", files)
        for file in files:
            self.page.get_by_label(f"Kind of {file.name}", exact=True).select_option(kind)
        self.page.click("#send")
        expect(self.page.locator("#subject-title")).to_have_text(f"{count}. {files[-1].name}")
        self.expect_outcome(outcome)

    def sample(self, name: str, outcome: str = "analyzed") -> None:
        count = self.page.locator("#history > li").count()
        self.page.click(f"[data-sample={name}]")
        expect(self.page.locator("#history > li")).to_have_count(count + 1)
        expect(self.page.locator("#subject-title")).to_contain_text(f"{count + 1}. ")
        self.expect_outcome(outcome)

    def expect_outcome(self, outcome: str) -> None:
        expect(self.page.locator(".subject .badge")).to_have_class(f"badge {outcome}")
        if outcome in ("analyzed", "rejected"):
            expect(self.page.locator("#message-title")).to_be_visible()

    def set_fault(self, position: str) -> None:
        self.page.evaluate("() => { document.querySelector('#faults').open = true; }")
        self.page.check(f"#positions input[value={position}]")
        expect(self.page.locator("body")).to_have_attribute("data-fault", position)

    def show_values(self) -> None:
        self.page.click("#show-one")
        expect(self.page.locator("#show-one")).to_have_text("Hide values")

    def expect_stations(self, **stations: str) -> None:
        """Wait until the stations have these states."""
        for station, state in stations.items():
            expect(self.page.locator(f"[data-station={station}]")).to_have_attribute("data-state", state)

    @property
    def event(self) -> dict[str, Any]:
        """The message about the selected document, as the page received it."""
        number = self.page.locator("#subject-title").inner_text().partition(".")[0]
        while number not in self._messages:
            self.page.wait_for_timeout(20)
        return json.loads(self._messages[number]["body"])

    def values(self) -> list[str]:
        """The recognised values that are long enough to be searched for."""
        result = self.event["data"]["result"]
        values = [pair["value"] for pair in result.get("keyValues", [])] + [result.get("totalCardNum", "")]
        return [value for value in values if len(value) > 2]

    def _note(self, response: Response) -> None:
        if response.url.endswith("/message"):
            self._messages[response.url.split("/")[-2]] = response.json()
