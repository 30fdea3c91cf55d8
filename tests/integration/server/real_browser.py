"""A real browser for the console's tests: Debian's Chromium, and what is looked at on every page."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest
from selenium.webdriver import ActionChains, Chrome
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

FLAGS: Final = (
    "--headless",
    "--no-sandbox",  # tests may run as root, and open only pages of our own
    "--disable-gpu",
    "--disable-dev-shm-usage",  # small in some containers
    "--disable-dev-shm-usage",  # containers have little of it
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-proxy-server",
    "--lang=zh-CN",
    "--accept-lang=zh-CN",
)

PATIENCE: Final = 60.0
"""Seconds that a page may take on a machine that does ten other things."""

FINDINGS: Final = """
const found = [];
const say = (what, node) => found.push(what + ': ' + (node.outerHTML || node.textContent).slice(0, 120));
const shown = node => node.checkVisibility({visibilityProperty: true});
const named = node => (node.getAttribute('aria-label') || node.textContent || node.value || '').trim();
if (!document.documentElement.lang) found.push('no language');
if (!document.title.trim()) found.push('no title');
for (const [selector, count] of [['main', 1], ['h1', 1], ['header', 1]])
  if (document.querySelectorAll(selector).length !== count) found.push('not ' + count + ' ' + selector);
const ids = [...document.querySelectorAll('[id]')].map(node => node.id);
ids.filter((id, at) => ids.indexOf(id) !== at).forEach(id => found.push('id twice: ' + id));
for (const node of document.querySelectorAll('input:not([type=hidden]), select, textarea'))
  if (![...node.labels].some(label => label.textContent.trim())) say('no label', node);
for (const node of document.querySelectorAll('a, button'))
  if (!named(node)) say('no name', node);
for (const node of document.querySelectorAll('table')) {
  if (!node.caption || !node.caption.textContent.trim()) say('no caption', node);
  if (node.querySelector('th:not([scope])')) say('heading without scope', node);
}
for (const node of document.querySelectorAll('nav, section'))
  if (!node.ariaLabel && !node.getAttribute('aria-labelledby')) say('no name', node);
for (const node of document.querySelectorAll('[aria-labelledby], [aria-describedby]'))
  for (const id of (node.getAttribute('aria-labelledby') || node.getAttribute('aria-describedby')).split(' '))
    if (!document.getElementById(id)) say('names nothing', node);
const levels = [...document.querySelectorAll('h1, h2, h3')].map(node => +node.tagName[1]);
levels.forEach((level, at) => { if (at && level > levels[at - 1] + 1) found.push('heading skipped'); });
const pressed = 'button, .button, select, input:not([type=hidden], [type=checkbox]), body > nav a';
for (const node of document.querySelectorAll(pressed)) {
  const box = node.getBoundingClientRect();
  if (shown(node) && box.height && box.height < 44) say('smaller than 44', node);
}
const parsed = text => { const n = text.match(/[\\d.]+/g).map(Number); return n.length > 3 ? n : [...n, 1]; };
const linear = v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
const light = ([r, g, b]) => .2126 * linear(r / 255) + .7152 * linear(g / 255) + .0722 * linear(b / 255);
const behind = node => {
  for (; node; node = node.parentElement) {
    const c = parsed(getComputedStyle(node).backgroundColor);
    if (c[3] > .99) return c;
  }
  return [255, 255, 255];
};
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
for (let text = walker.nextNode(); text; text = walker.nextNode()) {
  const node = text.parentElement;
  if (!text.textContent.trim() || !shown(node) || node.tagName === 'OPTION') continue;
  const [a, b] = [light(parsed(getComputedStyle(node).color)), light(behind(node))].sort((x, y) => y - x);
  if ((a + .05) / (b + .05) < 4.5) say('contrast ' + ((a + .05) / (b + .05)).toFixed(2), node);
}
if (document.scripts.length) found.push('a script');
return found;
"""
"""What is wrong with a page for whoever cannot see it well, or at all: labels, names, landmarks, contrast."""

OVERFLOW: Final = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
FOCUS: Final = """
const node = document.activeElement, style = getComputedStyle(node);
return [node.tagName, (node.getAttribute('aria-label') || node.textContent || node.name || '').trim(),
        parseFloat(style.outlineWidth) >= 2 && style.outlineStyle !== 'none',
        node.checkVisibility({visibilityProperty: true})];
"""


class RealBrowser:
    """One window. What is typed goes to whatever has the focus, as from a keyboard."""

    def __init__(self, driver: Chrome, address: str) -> None:
        self.driver: Final = driver
        self.address: Final = address

    def open(self, path: str) -> None:
        self.driver.get(f"{self.address}{path}")

    @property
    def path(self) -> str:
        return self.driver.current_url.removeprefix(self.address)

    def text(self) -> str:
        """What a person can read."""
        return str(self.driver.execute_script("return document.body ? document.body.innerText : ''"))

    def shows(self, text: str, path: str = "") -> None:
        """Wait until a page says something, at an address if one is given, and is there as a whole."""
        deadline = time.monotonic() + PATIENCE
        while not (self._whole() and text in self.text() and path in ("", self.path)):
            assert time.monotonic() < deadline, f"{self.path} does not say {text!r}: {self.text()}"
            time.sleep(0.02)

    def _whole(self) -> bool:
        return bool(self.driver.execute_script("return document.readyState === 'complete'"))

    def window(self, width: int, height: int = 800, *, zoom: float = 1) -> None:
        """A window of so many points; zoomed, a page has as many fewer of them."""
        size = {"width": round(width / zoom), "height": round(height / zoom)}
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride", {**size, "deviceScaleFactor": zoom, "mobile": False}
        )

    def media(self, media: str = "", *, dark: bool = False) -> None:
        """Paper instead of the screen, or a screen by night."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": [scheme]})

    def findings(self) -> list[str]:
        """What is wrong with the page that is open."""
        found: list[str] = self.driver.execute_script(FINDINGS)
        return found

    def overflow(self) -> int:
        """By how many points the page is wider than the window."""
        return int(self.driver.execute_script(OVERFLOW))

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        ActionChains(self.driver).send_keys(*keys).perform()

    def focus(self) -> tuple[str, str]:
        """Tag and name of what has the focus; it must be seen to have it."""
        tag, name, outlined, visible = self.driver.execute_script(FOCUS)
        assert outlined, f"the focus on {tag} {name!r} cannot be seen"
        assert visible, f"the focus is on the hidden {tag} {name!r}"
        return tag, name

    def complaints(self) -> list[str]:
        """What the browser itself complained about: broken policy, missing files, wrong forms."""
        log: list[dict[str, Any]] = self.driver.get_log("browser")  # type: ignore[no-untyped-call]
        return [str(entry["message"]) for entry in log]


@contextmanager
def real_browser(address: str) -> Iterator[RealBrowser]:
    """A fresh Chromium without a past. No test is skipped for want of it: `make setup` installs it."""
    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if program is None or driver is None:
        pytest.fail("Chromium and its driver are needed; `make setup` installs them", pytrace=False)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        options = Options()
        options.binary_location = program
        for flag in (*FLAGS, f"--user-data-dir={profile}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        window = Chrome(options=options, service=Service(driver))
        try:
            yield RealBrowser(window, address)
        finally:
            window.quit()
