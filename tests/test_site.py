"""The built documentation (`make docs`): it asks no other host, and all that is public is in it."""

from __future__ import annotations

import os
import re
import shutil
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

SITE = Path(os.environ.get("FOURLAYERS_SITE") or "nowhere")
"""Read before the surroundings of a test are made plain."""

pytestmark = pytest.mark.skipif(
    not (SITE / "index.html").is_file(), reason="the site is not built: make docs"
)


@cache
def pages() -> dict[str, str]:
    return {
        str(path.relative_to(SITE)): path.read_text(encoding="utf-8") for path in sorted(SITE.rglob("*.html"))
    }


@cache
def places(page: str) -> frozenset[str]:
    return frozenset(re.findall(r'\bid="([^"]+)"', pages()[page]))


def test_no_page_loads_anything_from_elsewhere() -> None:
    loads = re.compile(
        r"<(?:script|img|iframe|source|video|audio|embed|object)\b[^>]*?(?:src|data)=\"((?:https?:)?//[^\"]*)"
    )
    links = re.compile(r"<link\b[^>]*?href=\"((?:https?:)?//[^\"]*)")
    for name, text in pages().items():
        assert loads.findall(text) + links.findall(text) == [], name
    for path in SITE.rglob("*.css"):
        text = path.read_text(encoding="utf-8")
        assert re.findall(r"@import|url\(\s*[\"']?(?:https?:)?//", text) == [], path


def hrefs(page: str) -> Iterator[tuple[str, str]]:
    """Links of a page to pages of the site, each with its place."""
    for target in re.findall(r'<a\b[^>]*?href="([^"]*)"', pages()[page]):
        parts = urlsplit(target)
        if not parts.scheme and not parts.netloc:
            path = os.path.normpath(Path(page).parent / unquote(parts.path)) if parts.path else page
            yield str(path), unquote(parts.fragment)


def test_links_within_the_site_lead_somewhere() -> None:
    made = {"genindex.html", "py-modindex.html", "search.html"}
    wrong = []
    for page in pages().keys() - made:
        for path, place in set(hrefs(page)):
            if path in pages():
                wrong += [f"{page}: {path}#{place}"] * bool(place and place not in places(path))
            elif not (SITE / path).exists():
                wrong.append(f"{page}: {path}")
    assert wrong == []


def test_every_public_name_is_in_the_reference() -> None:
    import fourlayers

    lacking = [name for name in dir(fourlayers) if f"fourlayers.{name}" not in places("api/index.html")]
    assert lacking == []


def test_every_method_of_a_recipe_is_in_the_reference() -> None:
    from layers import impute, normalise, screen, treat
    from scoring.index import aggregate, weigh

    for family in (impute, normalise, screen, treat, weigh, aggregate):
        for name, method in family.METHODS.items():
            path = f"{method.__module__}.{method.__qualname__}"
            assert path in places("api/methods.html"), f"{family.__name__}: {name}"


def test_every_indicator_is_in_the_catalogue_with_all_that_is_said_of_it() -> None:
    from html import unescape

    from indicators.facts import load

    facts = load()
    for layer in {it.layer for it in facts.indicators.values()}:
        text = unescape(re.sub(r"<[^>]+>", "", pages()[f"catalogue/{layer.replace('_', '-')}.html"]))
        flat = re.sub(r"\s+", " ", text)
        for it in facts.indicators.values():
            if it.layer == layer:
                assert it.code.replace("_", "-") in places(f"catalogue/{layer.replace('_', '-')}.html")
                said = (it.title, it.description, it.unit, it.caveat, it.objection, it.readings.scale.reason)
                for part in (*said, *(source.producer for source in it.sources.values())):
                    assert re.sub(r"\s+", " ", part).strip() in flat, f"{it.code}: {part}"


def test_every_record_table_and_every_command_has_its_place() -> None:
    from fourlayers.command import COMMANDS
    from indicators.facts import load

    for name in load().catalogue.tables:
        assert name.replace("_", "-") in places("catalogue/tables.html")
    for command in COMMANDS:
        assert f"fourlayers-{command.name}" in places("command-line.html")


def test_formulas_are_set_without_a_script() -> None:
    page = pages()["formulas.html"]
    assert page.count("<math") > 20
    assert re.findall(r"<script[^>]*(?:mathjax|katex)", page, flags=re.IGNORECASE) == []


def test_pages_in_a_browser() -> None:
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("no Chromium on this machine (Debian: apt install chromium)")
    asked: list[str] = []
    found: list[str] = []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 390, "height": 800})
        page.on("request", lambda request: asked.append(request.url))
        for name in (
            "index",
            "formulas",
            "tutorial",
            "api/index",
            "catalogue/inference-cost",
            "catalogue/index",
        ):
            page.goto((SITE / f"{name}.html").resolve().as_uri())
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
            found += [f"{name}: {it['id']}" for it in Axe().run(page).response["violations"]]
        page.fill("#find", "memory hbm")
        shown = page.locator("#indicator-catalogue tbody tr:visible")
        assert 1 <= shown.count() <= 5
        assert "HBM" in (shown.first.text_content() or "") or "bandwidth" in (
            shown.first.text_content() or ""
        )
        browser.close()
    assert found == []
    assert [url for url in asked if not url.startswith("file:")] == []
