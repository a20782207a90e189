"""The page is drawn again whenever something happens. It must not take from its reader what they are doing."""

from __future__ import annotations

from pathlib import Path

import pytest
from console_page import ConsolePage
from playwright.sync_api import expect

REDRAW = "for (const _ of [1, 2]) document.querySelector('[role=switch]').click();"
"""Draws the document twice and leaves it as it was."""


def test_a_response_is_shown_on_a_page_that_was_redrawn_meanwhile(console: ConsolePage) -> None:
    console.sample("resident")
    console.page.evaluate(f"document.querySelector('#verify').click(); {REDRAW}")
    expect(console.page.locator(".verdict")).to_have_text("Authentic")


def test_a_fault_takes_the_focus_on_a_page_that_was_redrawn_meanwhile(console: ConsolePage) -> None:
    console.sample("resident")
    console.page.fill("#claim-issueDate", "77")
    console.page.locator("#verify").focus()
    console.page.evaluate(f"document.querySelector('#verify').click(); {REDRAW}")
    expect(console.page.locator("#claim-issueDate")).to_have_attribute("aria-invalid", "true")
    expect(console.page.locator("#claim-issueDate")).to_be_focused()


def test_a_fault_of_another_document_takes_no_focus(console: ConsolePage) -> None:
    page = console.page
    console.sample("resident")
    number = page.locator("#subject-title").inner_text().partition(".")[0]
    console.sample("driver")
    page.click(f"[data-number='{number}']")
    page.fill("#claim-issueDate", "77")
    other = "document.querySelector('#history button:not([aria-current])')"
    with page.expect_response("**/verification"):
        page.evaluate(
            f"document.querySelector('#verify').click(); const other = {other}; other.focus(); other.click();"
        )
    expect(page.locator("#announcements")).to_have_text("Invalid claim")
    assert page.evaluate("() => document.activeElement.dataset.number") is not None


def test_the_place_in_a_field_stays(console: ConsolePage) -> None:
    console.sample("resident")
    console.page.fill("#claim-issueDate", "20200131")
    console.page.evaluate("document.querySelector('#claim-issueDate').setSelectionRange(4, 6);")
    console.page.evaluate(REDRAW)
    console.page.keyboard.type("12")
    expect(console.page.locator("#claim-issueDate")).to_have_value("20201231")


def test_what_was_opened_and_pressed_stays(console: ConsolePage) -> None:
    page = console.page
    console.sample("resident")
    page.click("#verify")
    page.click("#response-title")
    page.click("button.field[data-index='1']")
    page.locator("#response-body").focus()
    page.evaluate(REDRAW)
    expect(page.locator("#response-body")).to_be_focused()
    expect(page.locator("button.field[data-index='1']")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("polygon.highlighted")).to_have_attribute("data-index", "1")


def test_a_file_in_the_list_keeps_the_focus(console: ConsolePage, images: Path) -> None:
    page = console.page
    page.set_input_files("#file", [images / "resident-0007.png", images / "driver-0007.png"])
    kind = page.get_by_label("Kind of driver-0007.png", exact=True)
    kind.focus()
    page.get_by_label("Remove resident-0007.png").evaluate("button => button.click()")
    expect(page.locator("#staged li")).to_have_count(1)
    expect(kind).to_be_focused()


def test_a_button_that_is_pressed_while_the_page_is_redrawn_is_clicked(console: ConsolePage) -> None:
    page = console.page
    console.sample("resident")
    expect(page.locator(".picture img")).to_be_visible()
    page.locator("#verify").hover()
    page.mouse.down()
    page.evaluate(REDRAW)
    page.mouse.up()
    expect(page.locator(".verdict")).to_have_text("Authentic")
    page.locator("#again").focus()
    with page.expect_response("**/verification"):
        page.keyboard.down(" ")
        page.evaluate(REDRAW)
        page.keyboard.up(" ")


@pytest.mark.parametrize("end", ["blur", "contextmenu", "pointercancel"])
def test_a_press_that_never_ends_stops_no_redraw(console: ConsolePage, end: str) -> None:
    page = console.page
    console.sample("resident")
    page.locator("#verify").hover()
    page.mouse.down()
    page.evaluate("document.querySelector('[role=switch]').click();")
    expect(page.locator("#show-one")).to_have_text("Show values")
    page.evaluate("name => window.dispatchEvent(new Event(name))", end)
    expect(page.locator("#show-one")).to_have_text("Hide values")
