"""Images on lean pages: when they are loaded, and that the layout is unchanged."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from lean_photos import LEAN, images, page, photo, saved, sources

from tests.support import deep

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.support import Built, Files, Project

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="200"><rect width="300" height="200"/></svg>'
# What a phone and a desktop do with images that something else than their own size lays out.
STYLE = """\
body { margin: 0 }
figure { margin: 1em }
figure > img { border: 3px solid; padding: 5px }
img + p, .beside + p { margin-top: 77px }
p > img:first-child { margin-left: 11px }
p > img:last-child { margin-right: 13px }
p img:not(:first-child) { opacity: .5 }
.stack > * + * { margin-top: 31px }
.row { display: flex; flex-direction: column }
.low { height: 40px }
.least { max-height: 400px; max-width: none }
.whole { width: 100% }
.float { float: left; width: auto }
section:has(> img.mark) > h2 { letter-spacing: 3px }
"""
PAGE = """\
Layout
======

.. image:: photo.jpg
   :alt: Alone

.. figure:: photo.jpg
   :alt: In a figure

   Its caption.

Before |inline| between |inline| after.

.. |inline| image:: icon.png
   :alt: an icon

|inline|

.. image:: photo.jpg
   :alt: Half as wide
   :width: 50%

.. image:: photo.jpg
   :alt: So wide
   :width: 300px

.. image:: photo.jpg
   :alt: So many
   :width: 300

.. container:: row

   .. image:: icon.png
      :alt: In a column

.. container:: stack

   .. image:: photo.jpg
      :alt: First

   .. image:: photo.jpg
      :alt: Second

   The third.

.. image:: photo.jpg
   :alt: Low
   :class: low

.. image:: photo.jpg
   :alt: Not higher than
   :class: least

.. image:: icon.png
   :alt: As wide as the page
   :class: whole

.. image:: icon.png
   :alt: At the side
   :class: float

The end.

Marked
------

.. image:: photo.jpg
   :alt: With a mark
   :class: mark beside

After the mark.
"""
BOXES = """() => [...document.querySelectorAll('h1, h2, p, figure, figcaption, img')].map((node) => {
  const { x, y, width, height } = node.getBoundingClientRect();
  const { opacity, letterSpacing, borderTopWidth } = getComputedStyle(node);
  return [node.alt || node.localName, x, y, width, height, opacity, letterSpacing, borderTopWidth];
})"""


# -- When it is loaded -------------------------------------------------------------------------------------------------


def loading(built: Built, name: str = "index.html") -> list[tuple[Any, Any, Any]]:
    return [(one.get("loading"), one.get("fetchpriority"), one.get("decoding")) for one in images(built, name)]


def test_the_largest_picture_of_the_first_screen_comes_first(project: Project, jpeg: bytes, icon: bytes) -> None:
    text = page("icon.png", "photo.jpg", "icon.png")
    built = project({"conf.py": LEAN, "index.md": text, "photo.jpg": jpeg, "icon.png": icon})
    assert loading(built) == [("lazy", None, "async"), ("eager", "high", "async"), ("lazy", None, "async")]
    assert ["auto" in str(image.get("sizes")) for image in images(built)] == [True, False, True]


def test_sizes_are_valid_html(project: Project, jpeg: bytes) -> None:
    """Only together with ``srcset``; ``auto`` only on lazy images: see https://html.spec.whatwg.org/#sizes-attributes."""
    drawing = "```{image} s.svg\n:alt: A\n```"
    wide = "".join(f"```{{image}} photo.jpg\n:alt: A\n:width: {width}\n```\n\n" for width in ("50%", "9em", "80"))
    files: Files = {"conf.py": LEAN, "index.md": page("photo.jpg", more=f"{drawing}\n\n{wide}"), "s.svg": SVG}
    found = images(project({**files, "photo.jpg": jpeg}))
    assert ["srcset" in image.attrs for image in found] == [True, False, True, True, True]
    for image in found:
        assert ("sizes" in image.attrs) is ("srcset" in image.attrs)
        assert image.get("loading") == "lazy" or "auto" not in str(image.get("sizes"))


def test_a_picture_below_the_first_screen_is_lazy(project: Project, jpeg: bytes) -> None:
    text = f"# Home\n\n{'Word and word. ' * 200}\n\n![A picture](photo.jpg)\n"
    built = project({"conf.py": LEAN, "index.md": text, "photo.jpg": jpeg})
    assert loading(built) == [("lazy", None, "async")]


def test_loading_attributes_of_the_author_are_kept(project: Project, jpeg: bytes) -> None:
    lazy = "```{image} photo.jpg\n:alt: A\n:loading: lazy\n```"
    eager = ":::{image-card} photo.jpg\n:alt: A\n:loading: eager\n:::"
    built = project({"conf.py": LEAN, "index.md": f"# Home\n\n{lazy}\n\n{eager}\n\n{eager}\n", "photo.jpg": jpeg})
    assert [one[0] for one in loading(built)] == ["lazy", "eager", "eager"]


def test_of_a_pair_for_light_and_dark_both_are_lazy(project: Project, jpeg: bytes) -> None:
    """Browsers fetch hidden images, too, unless they are lazy."""
    pair = "".join(f"```{{image}} photo.jpg\n:alt: A\n:class: only-{name}\n```\n\n" for name in ("light", "dark"))
    card = ":::{image-card} photo.jpg\n:alt: A\n:dark: other.jpg\n:::\n"
    files: Files = {"photo.jpg": jpeg, "other.jpg": saved(photo((640, 480)), "JPEG")}
    built = project({"conf.py": LEAN, "index.md": f"# Home\n\n{pair}{card}", **files})
    assert [one[0] for one in loading(built)] == ["lazy"] * 4


# -- In a browser ------------------------------------------------------------------------------------------------------


def tab_at(browser: Browser, width: int, scale: float = 1) -> Page:
    context = browser.new_context(viewport={"width": width, "height": 800}, device_scale_factor=scale)
    return context.new_page()


def layout_page(jpeg: bytes, icon: bytes) -> Files:
    conf = LEAN + 'html_static_path = ["_static"]\nhtml_css_files = ["own.css"]\n'
    return {"conf.py": conf, "index.rst": PAGE, "_static/own.css": STYLE, "photo.jpg": jpeg, "icon.png": icon}


def test_a_phone_fetches_the_small_file_and_no_other(project: Project, browser: Browser, jpeg: bytes) -> None:
    built = project({"conf.py": LEAN, "index.md": page("photo.jpg"), "photo.jpg": jpeg})
    tab = tab_at(browser, 390)
    fetched: list[str] = []
    tab.on("request", lambda request: fetched.append(request.url.rpartition("/")[2]))
    tab.goto((built.out / "index.html").as_uri(), wait_until="networkidle")
    pictures = [name for name in fetched if name.endswith(".webp") or "photo" in name]
    assert pictures == [sources(built)[480].rpartition("/")[2]]
    tab.context.close()


@pytest.mark.deep
@pytest.mark.parametrize("width", [390, deep(1280)])
def test_pages_look_the_same_with_and_without_the_pass(
    project: Project, browser: Browser, jpeg: bytes, icon: bytes, width: int
) -> None:
    """Even if selectors depend on children and siblings, or style rules set the size."""
    boxes = []
    for off in ("", "lean = False\n"):
        files = layout_page(jpeg, icon)
        built = project({**files, "conf.py": f"{files['conf.py']!s}{off}"})
        assert bool(built.html().select("img[srcset]")) is (not off)
        tab = tab_at(browser, width)
        tab.goto((built.out / "index.html").as_uri())
        tab.evaluate("() => { for (const image of document.images) image.loading = 'eager'; }")
        tab.wait_for_function("() => [...document.images].every((image) => image.complete && image.naturalWidth)")
        boxes.append(tab.evaluate(BOXES))
        tab.context.close()
    for lean, plain in zip(*boxes, strict=True):
        assert lean == [pytest.approx(one, abs=0.5) if isinstance(one, float | int) else one for one in plain]


def test_loading_pictures_shifts_nothing(project: Project, browser: Browser, jpeg: bytes, icon: bytes) -> None:
    text = page("photo.jpg", "icon.png", "s.svg", more="The end.")
    built = project({"conf.py": LEAN, "index.md": text, "photo.jpg": jpeg, "icon.png": icon, "s.svg": SVG})
    heights = []
    for fetch in (False, True):
        tab = tab_at(browser, 390)
        if not fetch:  # the answer never comes
            tab.route(re.compile(r"\.(avif|webp|jpg|png|svg)"), lambda _: None)
        tab.goto((built.out / "index.html").as_uri(), wait_until="networkidle" if fetch else "domcontentloaded")
        heights.append(tab.evaluate("() => [...document.images].map((one) => one.getBoundingClientRect().height)"))
        assert tab.evaluate("() => [...document.images].some((one) => one.naturalWidth)") is fetch
        tab.context.close()
    assert heights[0] == pytest.approx(heights[1], abs=0.5)
    assert min(heights[0]) > 50
