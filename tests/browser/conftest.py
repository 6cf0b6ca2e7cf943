"""The report in headless Chromium, without a network; skipped where Chromium isn't installed."""

import shutil
from dataclasses import dataclass, field
from pathlib import Path

import made_report
import pytest
from playwright.sync_api import Page, sync_playwright

from advieskloof.report import contents

# Debian and Ubuntu: apt install chromium.
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
# Every name fails to resolve; the sandbox needs rights that a container lacks.
FLAGS = ["--host-resolver-rules=MAP * ~NOTFOUND", "--no-sandbox", "--disable-gpu"]


@dataclass
class Opened:
    """A page in a window of its own, and what the browser said and asked for."""

    page: Page
    folder: Path
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def __post_init__(self):
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("requestfailed", lambda request: self.said.append(request.url))
        self.page.on("request", lambda request: self.asked.append(request.url))

    def go(self, name, language):
        self.page.goto((self.folder / contents.file(name, language)).as_uri())
        return self


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    return made_report.write(tmp_path_factory.mktemp("release"))


@pytest.fixture(scope="session")
def browser():
    if CHROMIUM is None:
        pytest.skip("Chromium isn't installed (Debian and Ubuntu: apt install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def opened(browser, folder):
    """Open a page by name and language, in a window as asked for."""
    contexts = []

    def opened(name, language, **window):
        context = browser.new_context(offline=True, **window)
        contexts.append(context)
        return Opened(context.new_page(), folder).go(name, language)

    yield opened
    for context in contexts:
        context.close()
