"""Pages, and everything that opens on them, look the same with and without the lean pass, to the pixel."""

from __future__ import annotations

from io import BytesIO
from itertools import count, product
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from PIL import Image, ImageChops
from sphinx.cmd.build import build_main
from sphinx.locale import translators
from sphinx_recaps.search import program as search_program

from tests.site.conftest import POSTERS, open_tab
from tests.support import PAGEFIND, ROOT, deep

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

    from tests.site.conftest import Tab

HERE = Path(__file__).parent
PHONE, DESKTOP = 390, 1280
SHOTS = 2  # of each page with the pass, in the deep tests: intermittent differences count, too
TRIES = 6  # screenshots without the pass, to find an equal one
TOLERANCE = 2  # of 255: Chromium rounds the soft edges of shadows and round buttons inconsistently
# Colour scheme, width, number of screenshots.
VIEWS = [
    pytest.param(("light", DESKTOP, 1), id="once"),
    *(
        pytest.param((*view, SHOTS), marks=pytest.mark.deep, id=f"{view[0]}-{view[1]}")
        for view in product(("light", "dark"), (PHONE, DESKTOP))
    ),
]
SAMPLE_PAGES = ["index.html", "long.html", "search.html", "one.html", "genindex.html"]
STILL = {"reduced_motion": "reduce", "locale": "en-GB", "timezone_id": "Europe/Berlin"}
# Loads lazy images at once.
ALL_IMAGES = """async () => {
  await document.fonts.ready;
  const images = [...document.images].filter((image) => image.checkVisibility());
  for (const image of images) image.loading = "eager";
  await Promise.all(images.map((image) => image.decode().catch(() => null)));
}"""


class Both(NamedTuple):
    """The addresses of the same pages without and with the pass."""

    off: str
    on: str


class State(NamedTuple):
    """Something that opens on a page: how to open it, and the screen widths at which it exists."""

    name: str
    path: str
    reach: Callable[[Page], object]
    widths: tuple[int, ...] = (PHONE, DESKTOP)


def build(source: Path, folder: Path) -> tuple[Path, Path]:
    """Build a project without and with the pass."""
    outs = folder / "off", folder / "on"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search_program, "PACKAGES", PAGEFIND)
        for out, lean in zip(outs, ("0", "1"), strict=True):
            translators.clear()  # Sphinx keeps translators between builds in one process
            options = ["-q", "-W", "-b", "html", "-D", f"lean={lean}", "-d", str(folder / f"doctrees-{lean}")]
            assert build_main([*options, str(source), str(out)]) == 0
    return outs


@pytest.fixture(scope="session")
def sites(tmp_path_factory: pytest.TempPathFactory, serve: Callable[[Path], str]) -> Both:
    """Return the addresses of the two builds of this site."""
    return Both(*map(serve, build(ROOT, tmp_path_factory.mktemp("same"))))


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory, serve: Callable[[Path], str]) -> Both:
    """Return the addresses of the two builds of a project with many features of the theme and sphinx-design."""
    return Both(*map(serve, build(HERE / "sample", tmp_path_factory.mktemp("sample"))))


def settled(page: Page) -> None:
    """Wait until the page has loaded everything, such as its list of versions."""
    page.wait_for_load_state("networkidle")


def difference(before: bytes, after: bytes) -> str:
    """Return where two screenshots differ visibly; '' if they do not."""
    if before == after:
        return ""
    first, second = (Image.open(BytesIO(shot)).convert("RGB") for shot in (before, after))
    if first.size != second.size:
        return f"{first.size} became {second.size}"
    visible = [0 if shade <= TOLERANCE else 255 for shade in range(256)] * 3
    box = ImageChops.difference(first, second).point(visible).getbbox()
    return f"differs in {box}" if box else ""


class Pair:
    """Two tabs, one on the pages without the pass, one on those with it."""

    def __init__(self, browser: Browser, both: Both, scheme: str, wide: int, shots: int) -> None:
        self.shots = shots
        options = {"viewport": {"width": wide, "height": 844}, "color_scheme": scheme, **STILL}
        self.tabs = [open_tab(browser, address, **options) for address in both]

    def differ(self, path: str, reach: Callable[[Page], object] = settled, *, whole: bool = False) -> str:
        """Return where screenshots of a page with the pass differ from those without; '' if they are the same.

        Chromium sometimes draws the same page differently, for example with the edge of a menu half a pixel away. So
        each screenshot with the pass must equal one of several without it.
        """
        without, lean = self.tabs

        def shoot(tab: Tab) -> bytes:
            page = tab.open(path)
            page.evaluate(ALL_IMAGES)
            reach(page)
            return page.screenshot(full_page=whole, animations="disabled")

        before: list[bytes] = []
        for after in [shoot(lean) for _ in range(self.shots)]:
            for number in range(TRIES):
                if number == len(before):
                    before.append(shoot(without))
                if not difference(before[number], after):
                    break
            else:
                return f"{path}: {difference(before[0], after)}"
        return ""

    def new_errors(self) -> list[str]:
        """Return the errors that only occur with the pass."""
        return [message for message in self.tabs[1].errors if message not in self.tabs[0].errors]

    def close(self) -> None:
        """Close both tabs."""
        for tab in self.tabs:
            tab.close()


@pytest.fixture(params=VIEWS)
def view(request: pytest.FixtureRequest) -> tuple[str, int, int]:
    """Return a colour scheme, a width, and a number of screenshots."""
    chosen: tuple[str, int, int] = request.param
    return chosen


@pytest.fixture
def pair(browser: Browser, sites: Both, view: tuple[str, int, int]) -> Iterator[Pair]:
    """Return two tabs on this site."""
    pair = Pair(browser, sites, *view)
    yield pair
    pair.close()


@pytest.fixture
def sample_pair(browser: Browser, samples: Both, view: tuple[str, int, int]) -> Iterator[Pair]:
    """Return two tabs on the project with many features."""
    pair = Pair(browser, samples, *view)
    yield pair
    pair.close()


# -- Opening -----------------------------------------------------------------------------------------------------------


def click(selector: str, then: str = "") -> Callable[[Page], None]:
    """Return a function that clicks the first visible match, and waits for an element."""

    def reach(page: Page) -> None:
        page.locator(selector).locator("visible=true").first.click()
        if then:
            page.locator(then).locator("visible=true").first.wait_for()

    return reach


def hover(selector: str, then: str) -> Callable[[Page], None]:
    """Return a function that hovers over the first visible match, and waits for an element."""

    def reach(page: Page) -> None:
        page.mouse.move(1, 1)  # a pointer moves in several steps
        page.locator(selector).locator("visible=true").first.hover()
        page.locator(then).wait_for()

    return reach


def keys(*pressed: str, then: str = "") -> Callable[[Page], None]:
    """Return a function that presses keys, and waits for an element."""

    def reach(page: Page) -> None:
        for key in pressed:
            page.keyboard.press(key)
        if then:
            page.locator(then).locator("visible=true").first.wait_for()

    return reach


def in_turn(*steps: Callable[[Page], object]) -> Callable[[Page], None]:
    """Return a function that runs several steps."""

    def reach(page: Page) -> None:
        for step in steps:
            step(page)

    return reach


def typed(text: str, then: str) -> Callable[[Page], None]:
    """Return a function that types into the focused element, and waits for an element."""

    def reach(page: Page) -> None:
        page.keyboard.type(text)
        page.locator(then).first.wait_for()

    return reach


def pick_mode(mode: str) -> Callable[[Page], None]:
    """Return a function that chooses a colour mode in the menu, which is in the site navigation on phones."""

    def reach(page: Page) -> None:
        if page.viewport_size and page.viewport_size["width"] == PHONE:
            click(".primary-toggle", "dialog[open]")(page)
        click(".theme-switch-button", ".dropdown-menu.show")(page)
        click(f".theme-change-button[data-mode={mode}]")(page)
        page.locator(f"html[data-mode={mode}]").wait_for()
        page.evaluate("localStorage.clear()")

    return reach


def collapsed(page: Page) -> None:
    """Collapse the sidebar, and hover over the button that expands it."""
    page.locator("#pst-collapse-sidebar-button").click()
    page.locator("#pst-collapse-sidebar-button[aria-expanded=false]:not([data-busy=true])").wait_for()
    page.mouse.move(600, 600)
    page.locator("#pst-collapse-sidebar-button").hover()
    page.locator(".tooltip.show").wait_for()


def scrolled_back(page: Page) -> None:
    """Scroll down, then up in many steps, as with a wheel, so that the button back to the top appears."""
    page.evaluate("""async () => {
      const frame = () => new Promise(requestAnimationFrame);
      scrollTo({ top: 1500, behavior: "instant" });
      while (!window.bootstrap?.Dropdown) await frame();
      for (const top of [1400, 1300, 1200]) {
        scrollTo({ top, behavior: "instant" });
        await frame();
        await frame();
      }
    }""")
    page.locator("#pst-back-to-top").wait_for()


def wait_for_contexts(page: Page) -> None:
    """Wait until each result has its context, which a script loads from the page."""
    page.wait_for_function("""() => [...document.querySelectorAll("#pst-search-dialog #search-results li")]
      .every((result) => result.querySelector(".context"))""")


def found_word(page: Page) -> None:
    """Search for a word, and follow the first result."""
    page.goto(page.url.replace("index.html", "search.html?q=quantization"))
    page.locator(".recap-search-group a").first.click()
    page.wait_for_url(lambda url: "search.html" not in url)
    page.locator("article h1").first.wait_for()


SEARCHING = "#pst-search-dialog[open]"
FIRST = "index.html"
STATES = [
    State("menu of colour modes", FIRST, click(".theme-switch-button", ".dropdown-menu.show"), (DESKTOP,)),
    State(
        "menu by arrow keys",
        FIRST,
        in_turn(
            lambda page: page.locator(".theme-switch-button").first.focus(),
            keys("ArrowDown", then=".dropdown-menu.show"),
        ),
        (DESKTOP,),
    ),
    State("tooltip", FIRST, hover(".theme-switch-container", ".tooltip.show"), (DESKTOP,)),
    State("light", FIRST, pick_mode("light")),
    State("dark", POSTERS, pick_mode("dark")),
    State("like the system", FIRST, pick_mode("auto")),
    State("search dialog", FIRST, click(".search-button__button", SEARCHING)),
    State("search by its shortcut", POSTERS, keys("Control+k", then=SEARCHING)),
    State("search results", "search.html?q=quantization", settled),
    State("nothing found", "search.html?q=zzzz", settled),
    State("page found by a word", FIRST, found_word),
    State("skip link", FIRST, keys("Tab")),
    State("site navigation", POSTERS, click(".primary-toggle", "dialog[open]"), (PHONE,)),
    State(
        "menu in the site navigation",
        POSTERS,
        in_turn(click(".primary-toggle", "dialog[open]"), click(".theme-switch-button", ".dropdown-menu.show")),
        (PHONE,),
    ),
    State("contents of the page", "contributors/add.html", click(".secondary-toggle", "dialog[open]"), (PHONE,)),
    State("filtered", f"{POSTERS}?q=zzzz", settled),
    State("entry of a link", f"{POSTERS}#poster-a4", settled),
]
SAMPLES = [
    State("menu of sections", FIRST, click(".bd-navbar-elements .dropdown-toggle", ".dropdown-menu.show"), (DESKTOP,)),
    State("versions", FIRST, click(".version-switcher__button", ".version-switcher__menu.show"), (DESKTOP,)),
    State("tooltip of a link with an icon", FIRST, hover("a.nav-link[href*=code]", ".tooltip.show"), (DESKTOP,)),
    State("collapsed sidebar", "long.html", collapsed, (DESKTOP,)),
    State("section of the sidebar", "part/index.html", click(".bd-sidebar-primary .toctree-toggle"), (DESKTOP,)),
    State("second tab", FIRST, click(".sd-tab-set > label:nth-of-type(2)")),
    State("dropdown", FIRST, click("details.sd-dropdown summary")),
    State("results while typing", FIRST, in_turn(keys("Control+k", then=SEARCHING),
          typed("bridge", "#pst-search-dialog #search-results .kind-index"), wait_for_contexts)),
    State("back to the top", "long.html", scrolled_back),
    State("site navigation", FIRST, click(".primary-toggle", "dialog[open]"), (PHONE,)),
    State("contents of the page", FIRST, click(".secondary-toggle", "dialog[open]"), (PHONE,)),
]  # fmt: skip


# -- Comparisons -------------------------------------------------------------------------------------------------------


@pytest.mark.deep
def test_every_page_looks_the_same(pair: Pair, visited_pages: list[str]) -> None:
    assert [message for path in visited_pages if (message := pair.differ(path, lambda _: None, whole=True))] == []
    assert pair.new_errors() == []


@pytest.mark.deep
def test_everything_that_opens_looks_the_same(pair: Pair, view: tuple[str, int, int]) -> None:
    states = [state for state in STATES if view[1] in state.widths]
    assert [f"{state.name}: {message}" for state in states if (message := pair.differ(state.path, state.reach))] == []
    assert pair.new_errors() == []


@pytest.mark.parametrize("paths", [SAMPLE_PAGES[:3], deep(SAMPLE_PAGES)], ids=["some", "all"])
def test_pages_of_the_theme_look_the_same(sample_pair: Pair, paths: list[str]) -> None:
    assert [message for path in paths if (message := sample_pair.differ(path, whole=True))] == []
    assert sample_pair.new_errors() == []


@pytest.mark.deep
@pytest.mark.parametrize("names", [["menu of sections", "results while typing"], deep(None)], ids=["some", "all"])
def test_everything_that_the_theme_opens_looks_the_same(
    sample_pair: Pair, view: tuple[str, int, int], names: list[str] | None
) -> None:
    states = [state for state in SAMPLES if view[1] in state.widths and (names is None or state.name in names)]
    assert [
        f"{state.name}: {message}" for state in states if (message := sample_pair.differ(state.path, state.reach))
    ] == []
    assert sample_pair.new_errors() == []


@pytest.mark.deep
@pytest.mark.parametrize("every", [1, 2])
def test_a_difference_is_detected(browser: Browser, samples: Both, every: int) -> None:
    """This tests the comparison: the shadow of one heading is enough, even if it is intermittent."""
    pair = Pair(browser, samples, "light", DESKTOP, SHOTS)
    shots = count(1)
    shade = "document.querySelector('h1').style.textShadow = '1px 1px #ccc'"
    message = pair.differ(
        FIRST, lambda page: samples.on in page.url and next(shots) % every == 0 and page.evaluate(shade)
    )
    pair.close()
    assert "differs" in message
