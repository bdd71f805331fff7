"""The pass over a built site: reads new pages, determines what all pages need, and publishes the result.

The input is the site as Sphinx and the theme wrote it, which the pass does not change; the output depends on nothing
else. A page that cannot be processed stays as it is, with a warning.
"""

from __future__ import annotations

import dataclasses
import gc
import multiprocessing
import re
from dataclasses import dataclass
from functools import partial
from itertools import chain
from traceback import format_exc
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from rjsmin import jsmin
from sphinx.util import logging

from sphinx_lean import page_records
from sphinx_lean.assets import Assets, run_of
from sphinx_lean.blocked import Kind, blocked, warn
from sphinx_lean.files import Output, digest, replace
from sphinx_lean.headers import FILES, headers
from sphinx_lean.images import show, shown_on
from sphinx_lean.page_records import PageRecord
from sphinx_lean.pages import LEAN, Facts, Page
from sphinx_lean.pictures import PageImage, Pictures
from sphinx_lean.policy import grant, policies
from sphinx_lean.requests import text_of
from sphinx_lean.scripts import SEARCH_INDEX, TRANSLATIONS, Scripts, without_eval
from sphinx_lean.trusted import guarded, nonce_of, published_nonce
from sphinx_lean.untrusted import neutralise

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from sphinx_lean.layout import Layout
    from sphinx_lean.pictures import Offer
    from sphinx_lean.settings import Settings
    from sphinx_lean.theme_output import ThemeOutput

_LOG = logging.getLogger(__name__)
_MANY = 40  # pages; fewer are processed faster without further processes
_OWN = re.compile(rf"{LEAN}/[0-9a-f]{{16}}\.(?:avif|css|js|webp|woff2)")  # files that only the pass makes
_POLICY = '<meta charset="utf-8"><meta http-equiv="Content-Security-Policy"'


class LeanPass:
    """One run: from the output of the theme into a folder, with a cache for the next run."""

    def __init__(self, site: ThemeOutput, cache: Path, out: Path, settings: Settings) -> None:
        self._site = site
        self._cache = cache
        self._out = out
        self._settings = settings
        self._profile = settings.profile

    def run(self) -> None:
        """Publish the site, with lean pages.

        Cyclic garbage collection is off during the pass: it allocates many objects and creates no cycles.
        """
        collects = gc.isenabled()
        gc.disable()
        try:
            self._run()
        finally:
            if collects:
                gc.enable()
            text_of.cache_clear()  # the next run in this process may have other files

    def _run(self) -> None:
        fingerprint = self._settings.fingerprint()
        self._before = page_records.read(self._cache, fingerprint)
        self._output = Output(self._out, self._before.files)
        files = self._site.files
        for path in files.keys() - self._site.pages:
            if path == TRANSLATIONS and self._settings.policy is not None:
                self._put(path, without_eval((self._site.root / path).read_text(encoding="utf-8")).encode())
            elif self._profile and self._settings.scripts and self._profile.knows(path) and path != SEARCH_INDEX:
                self._put(path, jsmin((self._site.root / path).read_bytes(), keep_bang_comments=True))
            else:
                self._output.put(path, self._site.root / path, files[path].digest)
        try:
            pages, shared = self._lean_pages()
        except Exception as error:  # noqa: BLE001 (the site must be published, whatever is wrong with the pass)
            _LOG.verbose("%s", format_exc())
            reason = f"{type(error).__name__}: {error}"
            _LOG.warning("lean: all pages stay as the theme made them (%s)", reason, type="lean", subtype="failed")
            pages, shared = {}, self._before.assets
        for path in sorted(self._site.pages):
            if path not in pages or not pages[path].published:
                self._put(
                    path,
                    guarded((self._site.root / path).read_bytes(), enforced=self._settings.headers != "report-only"),
                )
        if self._settings.headers:
            self._export(pages)
        found = (f"{LEAN}/{file.name}" for file in (self._out / LEAN).glob("*"))
        self._output.remove_old(filter(_OWN.fullmatch, found))
        page_records.save(self._cache, fingerprint, self._output.files, shared, pages)

    def _export(self, pages: Mapping[str, PageRecord]) -> None:
        """Publish the policies as headers, after those that the site has already."""
        settings = self._settings
        policies = {path: one.policies for path, one in pages.items() if one.policies}
        root = f"/{urlsplit(settings.baseurl).path.strip('/')}/".replace("//", "/")
        for path, text in zip(FILES, headers(policies, settings.policy or {}, settings.headers, root), strict=True):
            own = (self._site.root / path).read_text(encoding="utf-8") if path in self._site.files else ""
            self._put(path, (own + text).encode())

    def _put(self, path: str, data: bytes) -> None:
        self._output.put(path, data, digest(data))

    def _lean_pages(self) -> tuple[dict[str, PageRecord], page_records.CachedAssets]:
        """Publish lean pages with their assets, and return their records."""
        pages = self._read()
        self._warn(pages)
        facts = {path: one.facts for path, one in pages.items() if one.facts}
        pictures = Pictures(self._site.root, self._cache.parent / "pictures", partial(self._map, many=2))
        offers = pictures.offers(image for one in facts.values() for image in _shown(one))
        assets = Assets(
            self._site.root, self._cache / "assets", list(facts.values()), self._before.assets, self._settings
        )
        shared = assets.sheets()
        bundled = [pages[path].bundle for path in facts if pages[path].bundle]
        bundles = assets.bundles(bundled, self._profile) if self._profile else {}
        for path, source in {**assets.written, **pictures.written}.items():
            if path not in shared.inline and (self._settings.styles or source.suffix == ".js"):
                self._output.put(path, source, source.stem)
        common = _Shared(shared, offers, bundles)
        self._publish([self._job(path, pages[path], one, common) for path, one in sorted(facts.items())], pages, assets)
        for file in (self._cache / "assets").glob("*"):
            if file not in assets.written.values():
                file.unlink()
        return pages, shared

    # -- Reading -------------------------------------------------------------------------------------------------------

    def _read(self) -> dict[str, PageRecord]:
        """Return the records of all pages, of which only new and changed ones are read."""
        pages = {}
        for path in sorted(self._site.pages):
            before = self._before.pages.get(path)
            if before is not None and before.source == self._site.files[path].digest:
                pages[path] = before
        new = sorted(self._site.pages - pages.keys())
        read = partial(_attempt, _read, self._site.root, self._settings)
        for path, (found, problem) in zip(new, self._map(read, new), strict=True):
            pages[path] = found or PageRecord("", problem=problem)
            pages[path].source = self._site.files[path].digest
        return pages

    def _warn(self, pages: Mapping[str, PageRecord]) -> None:
        for path, one in sorted(pages.items()):
            if one.problem:
                _warn_about(path, one.problem)
        warn({path: [Kind(*kind) for kind in one.blocked] for path, one in pages.items()}, self._settings.policy or {})
        without = [path for path, one in sorted(pages.items()) if one.missing]
        if without:
            _LOG.warning(
                "lean: the scripts of %s stay as they are, because it does not load %s, as other pages of the theme "
                "do%s; correct its template, or set lean_scripts = False",
                without[0],
                ", ".join(pages[without[0]].missing),
                f" (and {len(without) - 1} more)" if len(without) > 1 else "",
                type="lean",
                subtype="profile",
            )

    # -- Publishing ----------------------------------------------------------------------------------------------------

    def _job(self, path: str, record: PageRecord, facts: Facts, shared: _Shared) -> _Job:
        """Return everything that a published page is made of, except its source and layout."""
        sheets = {run_of(run): sheet for run, sheet in shared.sheets.sheets}
        links = [sheets[run_of(run)] for run in facts.runs] if self._settings.styles else []
        paths = set(chain.from_iterable(links))
        searches = any(script.endswith("/searchtools.js") for script in facts.scripts)  # reads any page for excerpts
        loaded = {file for run in facts.runs for file, _ in run}
        return _Job(
            path,
            links=links,
            inline={one: text for one, text in shared.sheets.inline.items() if searches or one in paths},
            bundle=shared.bundles.get(tuple(record.bundle), ""),
            hosts=sorted({host for file in loaded for host in shared.sheets.hosts.get(file, ())}),
            offers={image: shared.offers[image] for image in _shown(facts) if image in shared.offers},
            sums=self._site.sums(facts.files),
            files=facts.files,
        )

    def _publish(self, jobs: Sequence[_Job], pages: Mapping[str, PageRecord], assets: Assets) -> None:
        """Write pages that are new, or made of something else than the published ones."""
        due = []
        for job in jobs:
            record = pages[job.path]
            before = record.state
            record.state = digest(repr([record.source, job, assets.sources if job.offers else ""]))
            if record.state != before or not self._output.has(job.path, record.published):
                runs = record.facts.runs if record.facts else []
                due.append(dataclasses.replace(job, layout=assets.layout(runs) if job.offers else None))
        render = partial(_attempt, _render, self._site.root, self._out, self._settings)
        for job, (made, problem) in zip(due, self._map(render, due), strict=True):
            name, pages[job.path].policies = made or ("", [])
            pages[job.path].published = name
            if problem:
                _warn_about(job.path, problem)
            else:
                self._output.note(job.path, name)

    def _map(self, function: Callable[[Any], Any], jobs: Sequence[Any], many: int = _MANY) -> list[Any]:
        """Return the results of calling ``function`` on each job, in several processes if possible and worthwhile."""
        if len(jobs) < many or self._settings.jobs < 2 or "fork" not in multiprocessing.get_all_start_methods():
            return [function(job) for job in jobs]
        with multiprocessing.get_context("fork").Pool(self._settings.jobs) as pool:
            return pool.map(function, jobs, chunksize=max(1, len(jobs) // (4 * self._settings.jobs)))


class _Shared(NamedTuple):
    """What pages have in common: style sheets, files of images, and bundles by the scripts in them."""

    sheets: page_records.CachedAssets
    offers: Mapping[PageImage, Offer]
    bundles: Mapping[tuple[str, ...], str]


@dataclass(frozen=True)
class _Job:
    """A page to publish: the paths of its style sheets by group, and its bundle, and the hosts from which sheets load.

    ``inline`` are the texts of style sheets that are to be in the page, or in those that it reads.
    ``offers`` are the files of its images, ``sums`` the checksums of the ``files`` that it loads, ``layout`` the style
    rules for images.
    """

    path: str
    links: list[list[str]]
    inline: dict[str, str]
    bundle: str
    hosts: list[str]
    offers: dict[PageImage, Offer]
    sums: dict[str, str]
    files: list[str]
    layout: Layout | None = None


class _UnfitError(Exception):
    """A page that is not as it must be after the pass."""


def _shown(facts: Facts) -> list[PageImage]:
    return [PageImage(path, width) for path, width in facts.images]


def _warn_about(path: str, problem: str) -> None:
    _LOG.warning("lean: %s stays as the theme made it: %s", path, problem, type="lean", subtype="page")


def _attempt(function: Callable[..., Any], *arguments: Any) -> tuple[Any, str]:
    """Return the result of a function, and why there is none."""
    try:
        return function(*arguments), ""
    except Exception as error:  # noqa: BLE001 (a page that cannot be processed must not stop the others)
        return None, str(error) if isinstance(error, _UnfitError) else f"{type(error).__name__}: {error}"


def _open(root: Path, settings: Settings, path: str) -> tuple[Page, Scripts, list[str]]:
    """Return a page, its scripts, and those of the profile that it lacks; then its scripts are left alone."""
    text = (root / path).read_text(encoding=settings.encoding)
    page = Page(path, text, nonce_of(text) if settings.policy is not None else "")
    if settings.policy is not None:
        neutralise(page)
        grant(page, settings.policy)
    scripts = Scripts(page, root, settings.profile)
    missing = scripts.missing
    return page, scripts if settings.scripts and not missing else Scripts(page, root), missing


def _read(root: Path, settings: Settings, path: str) -> PageRecord:
    """Return the record of a page."""
    page, scripts, missing = _open(root, settings, path)
    if settings.profile is not None and len(missing) == len(settings.profile.bundled):  # not a page of the theme
        return PageRecord("")
    scripts.drop_unused()
    facts = page.facts()
    if settings.pictures and settings.styles:
        facts.images = [[*one] for one in shown_on(page)]
    if not settings.moves_styles:
        facts.styles = {}
    facts.scripts = scripts.paths()
    facts.inline = sorted({node.text() or "" for node in scripts.unknown})
    kinds = blocked(page, scripts) if settings.policy is not None else []
    return PageRecord(
        "",
        facts,
        bundle=scripts.core(),
        blocked=[[*kind] for kind in kinds],
        missing=missing if settings.scripts else [],
    )


def _render(root: Path, out: Path, settings: Settings, job: _Job) -> tuple[str, list[str]]:
    """Publish a page and return its digest and its policies."""
    page, scripts, _ = _open(root, settings, job.path)
    scripts.drop_unused()
    if settings.pictures:
        show(page, job.offers, job.layout)
    if settings.moves_styles:
        page.move_styles()
    if settings.styles:
        page.link_sheets(job.links, job.inline)
    if job.bundle:
        scripts.bundle(job.bundle)
    if settings.profile is not None:
        scripts.defer()
        page.drop_comments()
        page.complete_metadata(settings.title)
        page.wait_for_first_screen()
    page.mark_versions(job.sums)
    made: list[str] = []
    if settings.policy is not None:
        made = policies(page, scripts, settings.policy, job.hosts, job.inline.values())
        page.add_policies([] if settings.headers == "report-only" else made)
    text = page.html()
    if page.nonce:
        nonce = published_nonce(text, page.nonce)
        text, made = text.replace(page.nonce, nonce), [one.replace(page.nonce, nonce) for one in made]
    _verify(page, text, settings, job)
    data = text.encode()
    if not (out / job.path).is_file() or (out / job.path).read_bytes() != data:
        replace(out, job.path, data)
    return digest(data), made


def _verify(page: Page, text: str, settings: Settings, job: _Job) -> None:
    """Check that a page has its policy, and loads only what it loaded before and what the pass made for it."""
    if settings.policy is not None and settings.headers != "report-only" and _POLICY not in text:
        raise _UnfitError("its policy is not at its start")
    made = {
        *chain.from_iterable(job.links),
        job.bundle,
        *(path for offer in job.offers.values() for path in offer.paths()),
    }
    foreign = {*page.files()} - {*job.files} - made
    if foreign:
        raise _UnfitError(f"it would load {min(foreign)}, which is not a file of the site")
