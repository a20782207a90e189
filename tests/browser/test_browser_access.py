"""Accessibility (keyboard, themes, narrow screens), and protection against other pages."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from console_page import ConsolePage
from playwright.sync_api import Browser, expect


def tab_to(console: ConsolePage, selector: str) -> None:
    for _ in range(80):
        console.page.keyboard.press("Tab")
        if console.page.evaluate("selector => document.activeElement.matches(selector)", selector):
            ring = console.page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle")
            assert ring != "none"
            return
    raise AssertionError(f"{selector} cannot be reached with the keyboard")


def test_everything_works_with_the_keyboard(console: ConsolePage) -> None:
    page = console.page
    count = page.locator("#history > li").count()
    tab_to(console, "[data-sample=resident]")
    page.keyboard.press("Enter")
    expect(page.locator("#history > li")).to_have_count(count + 1)
    console.expect_outcome("analyzed")
    expect(page.locator("#announcements")).to_contain_text("analyzed")
    tab_to(console, "#show-one")
    page.keyboard.press("Enter")
    expect(page.locator("#show-one")).to_be_focused()
    tab_to(console, "button.field[data-index='1']")
    expect(page.locator("polygon.highlighted")).to_have_attribute("data-index", "1")
    assert console.values()[1] in str(page.evaluate("() => document.activeElement.textContent"))
    tab_to(console, "#claim-issueDate")
    page.keyboard.press("Enter")
    expect(page.locator(".verdict")).to_have_text("Authentic")
    expect(page.locator("#announcements")).to_have_text("Authentic")


def test_without_the_token_the_page_says_what_to_do(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(address.partition("#")[0])
    expect(page.locator("#connection-error")).to_contain_text("open the address that the terminal shows")
    page.close()


@pytest.fixture
def neighbour(tmp_path: Path) -> Iterator[str]:
    """Another server on this machine, which the browser regards as the same site."""
    (tmp_path / "index.html").write_text("<title>neighbour</title>")
    handler = type("Handler", (http.server.SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), lambda *arguments: handler(*arguments, directory=str(tmp_path))
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_another_page_on_the_machine_cannot_control_the_console(
    console: ConsolePage, address: str, neighbour: str
) -> None:
    count = console.page.locator("#history > li").count()
    other = console.page.context.new_page()
    other.goto(neighbour)
    origin, _, token = address.partition("/#")
    tried = other.evaluate(
        """async ([origin, token]) => {
          const body = JSON.stringify({ sample: "resident", seed: 1 });
          const tries = [{ method: "POST", body }, { method: "POST", body, mode: "no-cors" },
                         { method: "POST", body, headers: { "X-Console-Token": token } }];
          const ends = [];
          for (const options of tries) {
            try { ends.push((await fetch(`${origin}/api/samples`, options)).status) } catch { ends.push("blocked") }
          }
          return ends;
        }""",
        [origin, token],
    )
    assert tried == ["blocked", 0, "blocked"] or tried == ["blocked", "blocked", "blocked"]
    console.sample("resident")
    assert console.page.locator("#history > li").count() == count + 1


ATTEMPTS = {
    "form": """url => { const form = document.createElement("form"); form.method = "post"; form.action = url;
      document.body.append(form); form.submit(); }""",
    "link": "url => { location.assign(url); }",
    "image": "url => { new Image().src = url; }",
    "frame": "url => { const frame = document.createElement('iframe'); frame.src = url; document.body.append(frame); }",
    "blind fetch": "url => { fetch(url, { method: 'POST', mode: 'no-cors', body: 'x' }).catch(() => {}); }",
}


@pytest.mark.parametrize("service", ["AWS_ENDPOINT_URL", "VERIFY"])
def test_another_page_reaches_no_server_of_the_pipeline(
    browser: Browser, endpoints: dict[str, str], neighbour: str, service: str
) -> None:
    url = endpoints[service].rstrip("/") + "/moto-api/data.json"
    # 127.0.0.1 and localhost are two sites for the browser.
    for page_url in (neighbour, neighbour.replace("127.0.0.1", "localhost")):
        for name, attempt in ATTEMPTS.items():
            page = browser.new_page()
            page.goto(page_url)
            with page.expect_request(url) as asked:
                page.evaluate(attempt, url)
            response = asked.value.response()
            # The browser itself withholds an answer that says that it is for its own origin.
            assert response.status == 403 if response else name in ("image", "blind fetch"), name
            page.close()
        page = browser.new_page()
        page.goto(page_url)
        assert page.evaluate("url => fetch(url).then(() => 'answered', () => 'blocked')", url) == "blocked"
        page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_readable_in_both_themes_and_fits_on_a_narrow_screen(console: ConsolePage, scheme: str) -> None:
    page = console.page
    page.emulate_media(color_scheme=scheme)
    console.sample("resident")
    assert page.evaluate(CONTRAST) >= 4.5
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("() => document.scrollingElement.scrollWidth") <= 360


# The lowest contrast (WCAG 2, 1 to 21) between a text and its background on the page.
CONTRAST = """() => {
  const luminance = (colour) => {
    const [r, g, b] = colour.match(/[0-9.]+/g).slice(0, 3).map((c) => c / 255).map((c) =>
      c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const background = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (!/, 0\\)$|transparent/.test(colour)) return colour;
    }
  };
  const texts = document.querySelectorAll(`h1, h2, h3, .mode, .quiet, .badge, .chip, .field-name, .fault-description,
    dt, button:enabled, .station-text, .json-key, .json-number`);
  return Math.min(...[...texts].filter((text) => text.checkVisibility() && text.textContent).map((text) => {
    const [one, other] = [luminance(getComputedStyle(text).color), luminance(background(text))];
    return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  }));
}"""
