"""The console as a product: files with kinds, many documents, addresses, languages, layout, accessibility."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest
from console_page import ConsolePage
from playwright.sync_api import expect
from test_browser_hostile import send

AXE = (Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js").read_text()
SIZES = [(390, 800), (1280, 900), (2560, 1300)]
SCHEMES = ["light", "dark"]
# Elements whose text is wider than they are, or whose words are broken in the middle.
OVERFLOWING = """() => [...document.querySelectorAll("body *")].filter((element) => {
  if (!element.checkVisibility() || !element.clientWidth || element.closest(".hidden, svg, pre")) return false;
  const scrolls = ["auto", "hidden", "scroll"].includes(getComputedStyle(element).overflowX);
  return !scrolls && element.scrollWidth > element.clientWidth + 1;
}).map((element) => element.outerHTML.slice(0, 120))"""
LINES = """(selector) => [...document.querySelectorAll(selector)].map((element) => {
  const range = document.createRange();
  range.selectNodeContents(element);
  return new Set([...range.getClientRects()].map((rectangle) => Math.round(rectangle.top))).size;
})"""


def test_files_are_listed_with_their_kinds_and_a_refused_one_stays(
    console: ConsolePage, images: Path, tmp_path: Path
) -> None:
    page = console.page
    huge = tmp_path / "huge.png"
    with huge.open("wb") as file:
        file.truncate(33 * 2**20)
    page.set_input_files("#file", [images / "credit-card-0007.png", images / "driver-0007.png", huge])
    kinds = page.locator("#staged select").evaluate_all("all => all.map((each) => each.value)")
    assert kinds[:2] == ["credit-card", "id-card"]
    expect(page.locator(".staged.refused")).to_contain_text("The console accepts at most 32 MiB")
    count = page.locator("#history > li").count()
    expect(page.locator("#send")).to_have_text("Upload 2 images")
    page.click("#send")
    expect(page.locator("#history > li")).to_have_count(count + 2)
    # The refused file is still there with its reason; the others went through.
    expect(page.locator("#staged li")).to_have_count(1)
    expect(page.locator(".staged.refused")).to_contain_text("huge.png")
    page.get_by_label("Remove huge.png").click()
    expect(page.locator("#staging")).to_be_hidden()
    console.expect_outcome("analyzed")


def test_documents_are_filtered_searched_and_walked_through(console: ConsolePage) -> None:
    page = console.page
    console.sample("letter", "rejected")
    failed = page.locator("#subject-title").inner_text()
    console.sample("credit-card")
    expect(page.locator("#progress-text")).to_contain_text("analyzed")
    page.select_option("#filter-outcome", "rejected")
    expect(page.locator("#history .badge").first).to_have_text("rejected")
    assert set(page.locator("#history .badge").all_inner_texts()) == {"rejected"}
    page.select_option("#filter-outcome", "")
    page.fill("#filter-text", failed)
    expect(page.locator("#history > li")).to_have_count(1)
    page.fill("#filter-text", "no such document")
    expect(page.locator("#history-empty")).to_have_text("No document matches.")
    page.fill("#filter-text", "")
    page.click("#next-failed")
    expect(page.locator("#subject-title")).to_have_text(failed)
    # One Tab stop for the list; the arrow keys open the documents.
    assert page.locator("#history button[tabindex='0']").count() == 1
    page.locator("#history [aria-current]").focus()
    page.keyboard.press("ArrowUp")
    expect(page.locator("#subject-title")).to_contain_text("credit-card")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#subject-title")).to_have_text(failed)


def test_an_address_shows_its_document_or_call_again(console: ConsolePage) -> None:
    page = console.page
    console.sample("credit-card")
    first, address = page.locator("#subject-title").inner_text(), page.url
    console.sample("resident")
    assert page.url != address
    page.go_back()
    expect(page.locator("#subject-title")).to_have_text(first)
    page.reload()
    expect(page.locator("#subject-title")).to_have_text(first)
    page.locator("#calls .call").first.click()
    expect(page.locator(".call-details")).to_be_visible()
    shown = page.locator(".call-details").inner_text()
    assert re.search(r"#/calls/\d+$", page.url)
    page.reload()
    expect(page.locator(".call-details")).to_have_text(re.compile(re.escape(shown.split(",")[0])))


def test_the_page_speaks_korean_with_the_names_on_the_cards(console: ConsolePage) -> None:
    page = console.page
    console.sample("resident")
    expect(page.locator(".field-name").nth(1)).to_contain_text("Resident registration no.")
    page.select_option("#language", "ko")
    expect(page.locator("#upload-title")).to_have_text("업로드")
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    expect(page.locator(".field-name").nth(1)).to_contain_text("주민등록번호")
    expect(page.locator(".field-name").nth(1)).to_contain_text("residentNumber")
    page.fill("#claim-issueDate", "20269999")
    page.click("#verify")
    expect(page.locator("#fault-issueDate")).to_contain_text("실제로 있는 날짜")
    page.select_option("#language", "en")
    expect(page.locator("#upload-title")).to_have_text("Upload")


def test_a_stopped_pipeline_disables_what_needs_it(console: ConsolePage) -> None:
    page = console.page
    console.sample("resident")
    page.route("**/api/events", lambda route: route.abort())
    page.reload()
    expect(page.locator("#connection-error")).to_contain_text("does not respond")
    expect(page.locator("[data-sample=resident]")).to_be_disabled()
    expect(page.locator("#rotate")).to_be_disabled()
    page.unroute_all()
    # It goes on by itself as soon as the console responds again.
    expect(page.locator("#connection-error")).to_be_hidden()
    expect(page.locator("[data-sample=resident]")).to_be_enabled()
    expect(page.locator("#verify")).to_be_enabled()
    console.errors[:] = [error for error in console.errors if "ERR_FAILED" not in error]


def test_a_result_for_review_names_its_doubtful_fields(console: ConsolePage) -> None:
    page = console.page
    result = {"idType": "resident", "keyValues": [{"key": "name", "value": "홍길동", "conf": 0.3}]}
    doubtful = {"required": True, "fields": [{"name": "name", "confidence": 0.3, "why": "below-threshold"}]}
    send(page, {"result": result, "review": doubtful})
    page.reload()
    expect(page.locator("#review")).to_contain_text("A person must look at name (below-threshold)")
    console.errors[:] = [error for error in console.errors if "ERR_ABORTED" not in error]
    page.unroute_all()
    page.reload()


def test_commands_to_copy_name_this_pipeline(console: ConsolePage, endpoints: dict[str, str]) -> None:
    page = console.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    console.sample("resident")
    copied = {}
    for name in ("upload", "receive", "verdict"):
        page.locator(f"[data-copy={name}]").click()
        expect(page.locator("#announcements")).to_contain_text("The command is on the clipboard")
        copied[name] = page.evaluate("() => navigator.clipboard.readText()")
    assert copied["upload"].startswith(f"aws --endpoint-url {endpoints['AWS_ENDPOINT_URL']} s3 cp resident-")
    assert "sqs receive-message" in copied["receive"]
    assert "--aws-sigv4 aws:amz:ap-northeast-2:lambda" in copied["verdict"]
    assert console.event["data"]["verification"]["request"]["name"] in copied["verdict"]


@pytest.mark.parametrize(("size", "scheme"), list(itertools.product(SIZES, SCHEMES)))
def test_each_size_fits_and_axe_finds_nothing(console: ConsolePage, size: tuple[int, int], scheme: str) -> None:
    page = console.page
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": size[0], "height": size[1]})
    console.sample("passport")
    console.show_values()
    expect(page.locator(".picture img")).to_be_visible()
    assert page.evaluate("() => document.scrollingElement.scrollWidth") <= size[0]
    assert page.evaluate(OVERFLOWING) == []
    # The machine-readable zone stands on one line each, and so do numbers.
    assert set(page.evaluate(LINES, ".mrz, .unbroken")) == {1}
    if size[0] >= 1280:
        half = page.evaluate("() => document.querySelector('.recognition').clientWidth / 2")
        picture = page.evaluate("() => document.querySelector('.picture').clientWidth")
        assert picture > 0.8 * half - 20
    page.evaluate(AXE)
    found = page.evaluate(
        """async () => (await axe.run(document, {
          runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"],
          rules: { "label-content-name-mismatch": { enabled: true } },
        })).violations"""
    )
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []


def test_withheld_fields_are_named_and_a_sealed_claim_is_hidden(console: ConsolePage) -> None:
    page = console.page
    fields = [{"key": "name", "conf": 0.9}, {"key": "residentNumber", "value": "481023-1******", "conf": 0.9}]
    offer = {
        "expiresAt": "2999-01-01T00:00:00.000Z",
        "request": {"idType": "resident"},
        "missing": ["issueDate"],
        "withheld": ["name", "residentNumber"],
        "sealedClaim": "SEALED",
    }
    withheld = {"omitted": ["name"], "masked": ["residentNumber"]}
    send(page, {"result": {"idType": "resident", "keyValues": fields}, "verification": offer, "withheld": withheld})
    page.reload()
    expect(page.locator(".field").first).to_contain_text("withheld")
    expect(page.locator("#claim-name")).to_have_attribute("placeholder", "withheld; the sealed claim has it")
    expect(page.locator("#claim-issueDate")).to_have_attribute("placeholder", "not recognised; ask the person")
    expect(page.locator("pre.json").first).not_to_contain_text("SEALED")
    console.errors[:] = [error for error in console.errors if "ERR_ABORTED" not in error]
    page.unroute_all()
    page.reload()
