"""When Chromium first paints the page of a report: the middle and the most of some fresh starts, in ms."""

from __future__ import annotations

import os
import shutil
import statistics
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

TIMES = 9
ASKED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"


def paints(page: Path) -> list[float]:
    """Milliseconds from the start of each loading to the first content on the screen."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        taken = []
        for _ in range(TIMES):
            tab = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
            tab.goto(page.resolve().as_uri())
            while (
                told := tab.evaluate(ASKED)
            ) is None:  # by asking again: the page's policy allows no other way
                tab.wait_for_timeout(20)
            taken.append(float(told))
            tab.context.close()
        browser.close()
    return taken


if __name__ == "__main__":
    told = paints(Path(sys.argv[1]))
    load = os.getloadavg()[0]
    print(
        f"first paint {statistics.median(told):.0f} ms in the middle of {TIMES}, {min(told):.0f} to "
        f"{max(told):.0f}; load {load:.1f}"
    )
