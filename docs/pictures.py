"""Takes the pictures of README and docs: first pages of the PDF, the page in Chromium, four charts.

They are made by the tool on the shipped data, small (a palette, optimised), and the same each time on one
machine; another version of Chromium may set a letter of the page otherwise.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pypdfium2
from PIL import Image
from playwright.sync_api import sync_playwright

import fourlayers as fl
from reports.charts import draw, image
from reports.content.headline import headline

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER: Final = Path(__file__).parent / "figures"
DOCUMENT: Final = Path(__file__).parent / "pictures.md"
CHARTS: Final = ("price-gap", "frontier", "dollar", "reach")
PAGES: Final = 2
SHOWS: Final = {
    1: "First page of the report, headed: {}. Three findings, the four layers with ranges, how sure it is.",
    2: "Second page of the report: its contents, and the claims of the debate with their verdicts.",
}
WIDTH: Final = 1000
"""Pixels of every picture: sharp at half of it, as README and docs set them."""
COLOURS: Final = ((64, 192), (32, 96), (16, 48))
"""Colours of a picture: the commonest, and others beside them."""
LARGEST: Final = 150_000
"""Bytes of a picture."""
VIEW: Final = {"width": 1100, "height": 1000}
HEAD: Final = """# Pictures

Made by the tool on the shipped data: `make pictures` takes them again.
"""


def main() -> None:
    """Take all pictures and write the page that shows them."""
    answer, facts = fl.score(), fl.load()
    said = headline(answer)
    parts = [HEAD]
    with tempfile.TemporaryDirectory() as folder:
        fl.report(answer, folder, facts=facts)
        for number, page in enumerate(_pages(Path(folder) / "report.pdf"), start=1):
            _keep(f"report-{number}", page)
            parts.append(
                _shown(f"Page {number} of the report", f"report-{number}", SHOWS[number].format(said))
            )
        _keep("page", _browsed(Path(folder) / "explorer.html"))
        parts.append(
            _shown("The page", "page", "Sliders for weights; scores, ranges and calls that follow them")
        )
    for name in CHARTS:
        chart = draw(name, answer, facts)
        _keep(f"chart-{name}", Image.open(io.BytesIO(image(chart, "png"))))
        parts.append(_shown(f"`fourlayers chart {name}`", f"chart-{name}", chart.alt, f"*{chart.title}.*"))
    DOCUMENT.write_text("\n".join(parts), encoding="utf-8")


def _shown(title: str, name: str, alt: str, under: str = "") -> str:
    words = alt.replace("[", "(").replace("]", ")")
    return f"## {title}\n\n![{words}](figures/{name}.png)\n" + (f"\n{under}\n" if under else "")


def _pages(pdf: Path) -> Iterator[Image.Image]:
    document = pypdfium2.PdfDocument(pdf)
    for number in range(PAGES):
        page = document[number]
        yield page.render(scale=WIDTH / page.get_width()).to_pil()
    document.close()


def _browsed(page: Path) -> Image.Image:
    """Open the page as a reader does and take what is seen first."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        sys.exit("no Chromium on this machine (Debian: apt install chromium)")
    alone = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=found, args=alone)
        tab = browser.new_page(viewport=VIEW, color_scheme="light", reduced_motion="reduce")
        tab.goto(page.as_uri())
        tab.wait_for_load_state("networkidle")
        taken = tab.screenshot()
        browser.close()
    return Image.open(io.BytesIO(taken))


def _keep(name: str, picture: Image.Image) -> None:
    """Write a picture in few colours, and in fewer where that is needed to be under the largest size."""
    height = round(picture.height * WIDTH / picture.width)
    plain = picture.convert("RGB").resize((WIDTH, height), Image.Resampling.LANCZOS)
    for common, others in COLOURS:
        out = io.BytesIO()
        few = _reduced(plain, common, others)
        few.save(out, "PNG", optimize=True)
        if out.tell() <= LARGEST:
            break
    else:
        sys.exit(f"{name}: {out.tell()} bytes, over {LARGEST}; take a smaller view")
    (FOLDER / f"{name}.png").write_bytes(out.getvalue())


def _reduced(picture: Image.Image, common: int, others: int) -> Image.Image:
    """Set every pixel to the nearest of few colours: the commonest as they are, others spread over all."""
    pixels = np.asarray(picture).reshape(-1, 3)
    found, places, counts = np.unique(pixels, axis=0, return_inverse=True, return_counts=True)
    exact = found[np.argsort(-counts, kind="stable")[:common]]
    spread = picture.quantize(others, Image.Quantize.FASTOCTREE).getpalette() or []
    palette = np.concatenate([exact, np.array(spread[: 3 * others], dtype=np.uint8).reshape(-1, 3)])
    apart = (found[:, None, :].astype(int) - palette[None, :, :].astype(int)) ** 2
    nearest = apart.sum(axis=2).argmin(axis=1).astype(np.uint8)
    few = Image.fromarray(nearest[places.reshape(-1)].reshape(picture.height, picture.width), "P")
    few.putpalette(palette.tobytes())
    return few


if __name__ == "__main__":
    main()
