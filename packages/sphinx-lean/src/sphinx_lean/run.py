"""The pass over a built site: reads new pages, determines what all pages need, and writes what changed.

A page whose digest is the same as after the previous run is not read again.
"""

from __future__ import annotations

import gc
import json
import multiprocessing
import os
import posixpath
import zlib
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING, Any, NamedTuple

from sphinx_lean.assets import Assets, run_of
from sphinx_lean.blocked import Kind, blocked, warn
from sphinx_lean.images import show, shown_on
from sphinx_lean.pages import LEAN, Facts, Page, digest
from sphinx_lean.pictures import PageImage, Pictures
from sphinx_lean.policy import allow, policy
from sphinx_lean.run_cache import CachedPage, read, remove, save
from sphinx_lean.scripts import LOADER, Scripts
from sphinx_lean.trusted import text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sphinx_lean.layout import Layout
    from sphinx_lean.pictures import Offer
    from sphinx_lean.run_cache import CachedAssets

_NO_PAGES = {"_static", "_sources", "_downloads", "_images"}
_LEAN_MARK = f"{LEAN}/".encode()
_MARKS = (b"documentation_options.js", _LEAN_MARK)  # for pages written by Sphinx, and lean pages
_LOADED = {".avif", ".css", ".gif", ".ico", ".jpeg", ".jpg", ".js", ".json", ".png", ".svg", ".webmanifest", ".webp"}
_MANY = 40  # pages; fewer are processed faster without further processes


@dataclass(frozen=True)
class Settings:
    """The configuration. ``policy`` are further sources by directive, ``jobs`` is the number of processes.

    ``own`` are the texts of inline scripts in the templates of the site.
    """

    title: str
    policy: Mapping[str, str]
    own: frozenset[str] = frozenset()
    jobs: int = 1

    @property
    def all_inline(self) -> bool:
        """Whether all inline scripts are allowed."""
        return "'unsafe-inline'" in self.policy.get("script-src", "")


class LeanPass:
    """One run over an output folder."""

    def __init__(self, root: Path, cache: Path, settings: Settings) -> None:
        self._root = root
        self._cache = cache
        self._settings = settings

    def run(self) -> None:
        """Make all pages lean.

        Cyclic garbage collection is off during the pass: it allocates many objects and creates no cycles.
        """
        searches = gc.isenabled()
        gc.disable()
        try:
            self._run()
        finally:
            if searches:
                gc.enable()
            text_of.cache_clear()  # the next run in this process may have other files

    def prepare(self) -> None:
        """Remove lean pages of which the cache knows nothing, before Sphinx looks for pages to write.

        The pass needs pages as Sphinx wrote them. Without a complete cache, such as after an interruption, after an
        upgrade, or with a part of the output deleted, it cannot tell what its own pages need; once they are removed,
        Sphinx and other extensions write them again.
        """
        cached, _before = read(self._root, self._fingerprint())
        if cached and all(
            (self._root / link).is_file() for link in {link for one in cached.values() for link in one.links}
        ):
            return
        for path in self._pages():
            if _LEAN_MARK in (self._root / path).read_bytes():
                (self._root / path).unlink()

    def _run(self) -> None:
        form = self._fingerprint()
        cached, before = read(self._root, form)
        remove(self._root)  # until all pages are written, so that an interruption leaves no cache that is wrong
        pages: dict[str, CachedPage] = {}
        new = []
        for path in self._pages():
            data = (self._root / path).read_bytes()
            if path in cached and cached[path].digest == digest(data):
                pages[path] = cached[path]
            elif any(mark in data for mark in _MARKS):
                new.append(path)
        drafts = self._cache / "drafts"
        drafts.mkdir(parents=True, exist_ok=True)
        prepare = partial(_prepare, self._root, drafts, self._settings, self._sums)
        prepared = dict(zip(new, self._map(prepare, new), strict=True))
        pages |= {path: CachedPage("", one.facts, one.core) for path, one in prepared.items()}
        warn({path: one.blocked for path, one in prepared.items()}, self._settings.policy)
        pictures = Pictures(self._root, self._cache / "pictures", partial(self._map, many=2))
        offers = pictures.offers(image for one in pages.values() for image in _shown(one.facts))
        assets = Assets(self._root, self._cache, [one.facts for one in pages.values()], before)
        shared = assets.sheets()
        self._finish(pages, prepared, offers, assets, shared)
        rmtree(drafts)
        self._remove_old({*assets.written, *pictures.written})
        save(self._root, pages, shared, form)

    def _finish(
        self,
        pages: Mapping[str, CachedPage],
        prepared: Mapping[str, _Prepared],
        offers: Mapping[PageImage, Offer],
        assets: Assets,
        shared: CachedAssets,
    ) -> None:
        """Write pages that are new, or whose links or images changed."""
        sheets = {run_of(run): path for run, path in shared.sheets}
        bundles = assets.bundles(one.core for one in pages.values() if one.core)
        jobs = []
        for path, one in pages.items():
            links = [
                *(sheets[run_of(run)] for run in one.facts.runs),
                *([bundles[tuple(one.core)]] if one.core else []),
            ]
            new = prepared.get(path)
            images = _shown(one.facts)
            offered = {image: offers[image] for image in images if image in offers}
            state = digest(repr([(image, offered.get(image), self._sums.get(image.path)) for image in images]))
            if new or links != one.links or state != one.pictures:
                layout = assets.layout(one.facts.runs) if new and offered else None
                hosts = sorted(
                    {host for run in one.facts.runs for file, _ in run for host in shared.hosts.get(file, ())}
                )
                jobs.append(_Job(path, new, one.links, links, hosts, images, offered, layout))
                one.pictures = state
        finish = partial(_finish, self._root, self._settings, self._sums)
        for job, name in zip(jobs, self._map(finish, jobs), strict=True):
            pages[job.path].digest, pages[job.path].links = name, job.links

    # -- Input ---------------------------------------------------------------------------------------------------------

    def _pages(self) -> list[str]:
        """Return the paths of the pages, without files in folders for assets."""
        found = []
        for folder, folders, names in os.walk(self._root):
            inside = Path(folder).relative_to(self._root)
            folders[:] = sorted(name for name in folders if (inside / name).as_posix() not in _NO_PAGES)
            found += [(inside / name).as_posix() for name in sorted(names) if name.endswith(".html")]
        return found

    def _fingerprint(self) -> str:
        """Return a digest of what lean pages depend on besides their content."""
        settings = self._settings
        parts = [sorted(settings.policy.items()), settings.title, sorted(settings.own), LOADER.read_text()]
        return digest(json.dumps(parts))

    @cached_property
    def _sums(self) -> dict[str, str]:
        """Return a checksum of each file that pages may load, in the form of Sphinx, except files of the pass.

        The search index is also excluded, because the search page would change with every other page.
        """
        folders = [self._root / "_images", self._root / "_static"]
        files = [path for folder in folders for path in sorted(folder.rglob("*")) if path.parent != self._root / LEAN]
        loaded = [path for path in files if path.suffix.lower() in _LOADED and path.is_file()]
        return {path.relative_to(self._root).as_posix(): f"{zlib.crc32(path.read_bytes()):08x}" for path in loaded}

    def _map(self, function: Callable[[Any], Any], jobs: Sequence[Any], many: int = _MANY) -> list[Any]:
        """Return the results of calling ``function`` on each job, in several processes if possible and worthwhile."""
        if len(jobs) < many or self._settings.jobs < 2 or "fork" not in multiprocessing.get_all_start_methods():
            return [function(job) for job in jobs]
        with multiprocessing.get_context("fork").Pool(self._settings.jobs) as pool:
            return pool.map(function, jobs, chunksize=max(1, len(jobs) // (4 * self._settings.jobs)))

    def _remove_old(self, kept: set[str]) -> None:
        for path in sorted((self._root / LEAN).glob("*")):
            if path.relative_to(self._root).as_posix() not in kept:
                path.unlink()


@dataclass(frozen=True)
class _Job:
    """A page to finish: its prepared form if it is new, and its old and new addresses of assets.

    ``hosts`` are those from which its style sheets load. ``images`` are its images in order, ``offers`` their files,
    ``layout`` the style rules for them.
    """

    path: str
    new: _Prepared | None = None
    before: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    hosts: list[str] = field(default_factory=list)
    images: list[PageImage] = field(default_factory=list)
    offers: dict[PageImage, Offer] = field(default_factory=dict)
    layout: Layout | None = None


def _shown(facts: Facts) -> list[PageImage]:
    return [PageImage(path, width) for path, width in facts.images]


class _Prepared(NamedTuple):
    """A prepared page in a temporary file, its facts, the scripts to bundle, and what is blocked.

    Without images, whose size depends on all style sheets, the page is already ``lean``. Addresses that are not yet
    known are replaced by ``names``, which cannot be in the page because they are digests of its text.
    """

    draft: Path
    facts: Facts
    core: list[str]
    blocked: list[Kind]
    lean: bool
    names: list[str]


def _prepare(root: Path, drafts: Path, settings: Settings, sums: Mapping[str, str], path: str) -> _Prepared:
    """Return a page without unused parts."""
    text = (root / path).read_text(encoding="utf-8")
    page = Page(path, text)
    scripts = Scripts(page, root, settings.own, all_inline=settings.all_inline)
    scripts.drop_unused()
    facts = page.facts()
    facts.images = [[*one] for one in shown_on(page)]
    facts.scripts = scripts.paths()
    core, kinds, lean = scripts.core(), blocked(page, scripts), not facts.images
    mark = digest(text)
    names = [f"{LEAN}/{mark}-{place}.css" for place in range(len(facts.runs))]
    names += [f"{LEAN}/{mark}.js"] if core else []
    if lean:
        _make_lean(page, scripts, settings, sums, _Job(path, links=names))
    draft = drafts / f"{digest(path)}.html"
    draft.write_text(page.html(), encoding="utf-8")
    return _Prepared(draft, facts, core, kinds, lean, names)


def _finish(root: Path, settings: Settings, sums: Mapping[str, str], job: _Job) -> str:
    """Write a lean page and return its digest."""
    new = job.new
    text = (new.draft if new else root / job.path).read_text(encoding="utf-8")
    if new and new.lean and not job.hosts:
        for name, link in zip(new.names, job.links, strict=True):
            text = text.replace(posixpath.basename(name), posixpath.basename(link))
    else:
        page = Page(job.path, text)
        if new and not new.lean:
            scripts = Scripts(page, root, settings.own, all_inline=settings.all_inline)
            _make_lean(page, scripts, settings, sums, job)
        else:
            page.relink(dict(zip(new.names if new else job.before, job.links, strict=True)))
            show(page, job.images, job.offers, None)
            page.mark_versions(sums)
        allow(page, job.hosts)
        text = page.html()
    data = text.encode()
    (root / job.path).write_bytes(data)
    return digest(data)


def _make_lean(page: Page, scripts: Scripts, settings: Settings, sums: Mapping[str, str], job: _Job) -> None:
    """Make a page from Sphinx lean."""
    page.link_sheets([link for link in job.links if link.endswith(".css")])
    show(page, job.images, job.offers, job.layout)
    page.move_styles()
    if job.links and job.links[-1].endswith(".js"):
        scripts.bundle(job.links[-1])
    scripts.defer()
    page.complete_metadata(settings.title)
    page.wait_for_first_screen()
    page.mark_versions(sums)
    page.add_policy(policy(page, scripts, settings.policy))
