"""Verdicts, and how the page shows faults of the OCR service."""

from __future__ import annotations

from console_page import ConsolePage
from playwright.sync_api import expect


def test_the_ready_made_claim_is_authentic_and_its_key_is_spent(console: ConsolePage) -> None:
    console.sample("resident")
    page = console.page
    assert page.input_value("#claim-name") == console.event["data"]["verification"]["request"]["name"]
    page.click("#verify")
    expect(page.locator(".verdict")).to_have_text("Authentic")
    # The key is used, so only the same verdict can be had: by the same Idempotency-Key, for nothing.
    expect(page.locator("#verify")).to_be_hidden()
    expect(page.locator("#again-cost")).to_contain_text("is a paid call")
    assert page.locator("#claim-name").get_attribute("readonly") is not None
    with page.expect_response("**/verification") as answer:
        page.click("#again")
    assert answer.value.json()["status"] == 200
    expect(page.locator(".verdict")).to_have_text("Authentic")


def test_a_changed_claim_is_not_authentic_and_an_invalid_one_is_refused(console: ConsolePage) -> None:
    console.sample("driver")
    page = console.page
    name = page.input_value("#claim-name")
    page.fill("#claim-residentNumber", "77")
    page.click("#verify")
    expect(page.locator(".verdict")).to_have_text("Invalid claim")
    expect(page.locator("#fault-residentNumber")).to_contain_text("must be the first 7 digits of the resident number")
    expect(page.locator("#claim-residentNumber")).to_be_focused()
    expect(page.locator("#claim-name")).to_have_attribute("aria-invalid", "false")
    page.click("#reset")
    assert page.input_value("#claim-residentNumber") != "77"
    page.fill("#claim-name", f"{name}가")
    page.click("#verify")
    expect(page.locator(".verdict")).to_have_text("Not authentic")


def test_documents_wait_during_a_rate_limit_and_are_analyzed_afterwards(console: ConsolePage) -> None:
    page = console.page
    console.set_fault("rate-limit")
    console.sample("credit-card", "waiting")
    console.expect_stations(ocr="failed", queue="waiting", results="off")
    expect(page.locator(".timeline")).to_contain_text("the attempt failed")
    expect(page.locator("#calls li").first).to_contain_text("4000006")
    expect(page.locator("#queues tr").first).to_contain_text("1")
    page.click("#deliver")
    expect(page.locator("#waiting-notice")).to_contain_text("Delivery 2 failed")
    console.set_fault("none")
    page.click("#deliver")
    console.expect_outcome("analyzed")
    expect(page.locator(".subject")).to_contain_text("3 deliveries")
    console.expect_stations(ocr="done")


def test_after_a_key_rotation_the_next_call_is_sealed_again_at_once(console: ConsolePage) -> None:
    page = console.page
    console.sample("resident")
    page.evaluate("() => { document.querySelector('#faults').open = true; }")
    page.click("#rotate")
    expect(page.locator("#rotated")).to_contain_text("Done")
    console.sample("passport")
    expect(page.locator(".subject")).not_to_contain_text("deliveries")
    expect(page.locator(".timeline")).to_contain_text("the keys were rotated: the image is sealed again with a new key")
    expect(page.locator("#calls li").first).to_contain_text("id-card")
    answers = [line.split() for line in page.locator("#calls li").all_inner_texts()[:3]]
    assert [(name, answer) for name, answer, *_ in answers] == [
        ("id-card", "0"), ("public-keys", "0"), ("id-card", "4000301"),
    ]  # fmt: skip


def test_two_lost_responses_end_in_the_dead_letter_queue(console: ConsolePage) -> None:
    console.set_fault("lost-answers")
    console.sample("credit-card", "waiting")
    console.page.click("#deliver")
    console.expect_outcome("parked")
    expect(console.page.locator(".sentence.failed")).to_contain_text("may have been paid for")
    expect(console.page.locator(".timeline")).to_contain_text("unknown-outcome")
    # The message about the delay is shown too.
    expect(console.page.locator("pre.json")).to_contain_text("mayStillBeAnalyzed")
    expect(console.page.locator(".timeline")).to_contain_text("delayed: a message of")
    # Freeing it is a decision, and says what it may cost.
    expect(console.page.locator("#parked-notice")).to_contain_text("paid for once more")
    console.set_fault("none")
    console.page.click("#free")
    console.expect_outcome("analyzed")
