"""The pass over a built site: reads new pages, determines what all pages need, and publishes the result.

The input is the site as Sphinx and the theme wrote it, which the pass does not change; the output depends on nothing
else. Its cache only saves time. A page that cannot be processed stays as it is, with a warning.
"""

from __future__ import annotations

import gc
import multiprocessing
import re
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from pathlib import PurePath
from traceback import format_exc
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from rjsmin import jsmin
from sphinx.util import logging

from sphinx_lean.addresses import LEAN
from sphinx_lean.assets import Assets, Styles
from sphinx_lean.files import Output, digest, publish, read_cache, text_of, write_cache
from sphinx_lean.images import show, shown_on
from sphinx_lean.pages import Facts, Page
from sphinx_lean.pictures import PageImage, offers_for
from sphinx_lean.policy import FILES, blocked, grant, headers, policies, warn
from sphinx_lean.scripts import SEARCH_INDEX, SEARCH_TOOLS, TRANSLATIONS, Scripts, without_eval
from sphinx_lean.trust import guarded, neutralise, nonce_of, published_nonce

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from sphinx_lean import Settings
    from sphinx_lean.files import ThemeOutput
    from sphinx_lean.images import Layout
    from sphinx_lean.pictures import Offer

_LOG = logging.getLogger(__name__)
_MANY = 40  # pages; fewer are processed faster without further processes
_OWN = re.compile(rf"{LEAN}/[0-9a-f]{{16}}\.(?:avif|css|js|webp|woff2)")  # files that only the pass makes
_POLICY = '<meta charset="utf-8"><meta http-equiv="Content-Security-Policy"'


@dataclass
class _Record:
    """What is cached of a page: the digest of its source, and what was read of it.

    ``facts`` is None for a page that stays as it is, perhaps because of a ``problem``. ``state`` is the digest of
    everything that the published page is made of, ``published`` that of the page itself, ``policies`` are its policies.
    """

    source: str
    facts: Facts | None
    problem: str
    state: str = ""
    published: str = ""
    policies: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Job:
    """A page to publish, with everything that it is made of besides its source.

    ``links`` are the paths of its style sheets by group, ``inline`` the texts of those that are to be in the page,
    ``hosts`` those from which they load, ``layout`` their rules for images. ``read`` are the texts of style sheets and
    style attributes in pages that it reads. ``offers`` are the files of its images, ``sums`` the checksums of what it
    loads.
    """

    path: str
    links: list[list[str]]
    inline: dict[str, str]
    read: list[str]
    hosts: list[str]
    layout: Layout | None
    bundle: str
    offers: dict[PageImage, Offer]
    sums: dict[str, str]


class _UnfitError(Exception):
    """A page that is not as it must be after the pass."""


class LeanPass:
    """One run: from the output of the theme into a folder, with a cache for the next run."""

    def __init__(self, site: ThemeOutput, cache: Path, out: Path, settings: Settings) -> None:
        self._site = site
        self._cache = cache
        self._out = out
        self._settings = settings
        self._fingerprint = settings.fingerprint()
        self._output = Output(out, read_cache(cache / "published.cache") or {})
        fingerprint, pages, styles = read_cache(cache / "records.cache") or ("", {}, Styles())
        is_same = fingerprint == self._fingerprint
        self._before: dict[str, _Record] = pages if is_same else {}
        self._styles: Styles = styles if is_same else Styles()

    def run(self) -> None:
        """Publish the site, with lean pages."""
        text_of.cache_clear()  # an earlier run in this process may have had other files
        gc.freeze()  # what Sphinx has in memory is not garbage; looking for it takes a quarter of the time of the pass
        try:
            self._run()
        finally:
            gc.unfreeze()

    def _run(self) -> None:
        for path in self._site.files.keys() - self._site.pages:
            self._publish_file(path)
        try:
            pages = self._lean_pages()
        except Exception as error:  # noqa: BLE001 (the site must be published, whatever is wrong with the pass)
            _LOG.verbose("%s", format_exc())
            reason = f"{type(error).__name__}: {error}"
            _LOG.warning("lean: all pages stay as the theme made them (%s)", reason, type="lean", subtype="failed")
            pages = {}
        enforced = self._settings.headers != "report-only"
        for path in self._site.pages - {path for path, one in pages.items() if one.published}:
            self._output.put(path, guarded((self._site.root / path).read_bytes(), enforced=enforced))
        if self._settings.headers:
            self._export(pages)
        found = (f"{LEAN}/{file.name}" for file in (self._out / LEAN).glob("*") if file.is_file())
        self._output.remove_old(filter(_OWN.fullmatch, found))
        write_cache(self._cache / "published.cache", self._output.files)
        write_cache(self._cache / "records.cache", (self._fingerprint, pages, self._styles))

    def _publish_file(self, path: str) -> None:
        """Publish a file that is not a page."""
        settings, source = self._settings, self._site.root / path
        if path == TRANSLATIONS and settings.policy is not None:
            self._output.put(path, without_eval(source.read_text(encoding="utf-8")).encode())
        elif settings.scripts and settings.profile.knows(path) and path != SEARCH_INDEX:
            self._output.put(path, jsmin(source.read_bytes(), keep_bang_comments=True))
        else:
            self._output.copy(path, source, self._site.files[path])

    def _export(self, pages: Mapping[str, _Record]) -> None:
        """Publish the policies as headers, after those that the site has already."""
        settings = self._settings
        policies = {path: one.policies for path, one in pages.items() if one.policies}
        root = f"/{urlsplit(settings.baseurl).path.strip('/')}/".replace("//", "/")
        for path, text in zip(FILES, headers(policies, settings.policy or {}, settings.headers, root), strict=True):
            own = (self._site.root / path).read_text(encoding="utf-8") if path in self._site.files else ""
            self._output.put(path, (own + text).encode())

    def _lean_pages(self) -> dict[str, _Record]:
        """Publish lean pages with their assets, and return their records."""
        pages = self._read()
        facts = {path: one.facts for path, one in pages.items() if one.facts}
        images, pictures = (image for one in facts.values() for image in one.images), self._cache.parent / "pictures"
        offers = offers_for(images, self._site, pictures, partial(self._map, many=2))
        assets = Assets(self._site, self._output, list(facts.values()), self._settings)
        self._styles = assets.styles(self._styles)
        jobs = [self._job(path, one, offers, assets) for path, one in facts.items()]
        for path in {path for offer in offers.values() for path, _ in offer.files}:
            name = PurePath(path)
            self._output.copy(path, pictures / name.name, name.stem)
        self._publish(jobs, pages)
        self._warn(pages)
        return pages

    def _read(self) -> dict[str, _Record]:
        """Return the records of all pages, of which only new and changed ones are read."""
        sources = {path: self._site.files[path] for path in self._site.pages}
        pages = {path: one for path, one in self._before.items() if one.source == sources.get(path)}
        new = sorted(sources.keys() - pages.keys())
        read = partial(_attempt, _read, self._site.root, self._settings)
        for path, (facts, problem) in zip(new, self._map(read, new), strict=True):
            pages[path] = _Record(sources[path], facts, problem)
        return dict(sorted(pages.items()))

    def _warn(self, pages: Mapping[str, _Record]) -> None:
        """Log which pages cannot be processed, what is blocked, and which lack a script of the theme."""
        for path, one in pages.items():
            if one.problem:
                _LOG.warning("lean: %s stays as the theme made it: %s", path, one.problem, type="lean", subtype="page")
        facts = {path: one.facts for path, one in pages.items() if one.facts}
        warn({path: one.blocked for path, one in facts.items()}, self._settings.policy or {})
        without = [path for path, one in facts.items() if one.missing]
        if without:
            _LOG.warning(
                "lean: the scripts of %s stay as they are, because it does not load %s, as other pages of the theme "
                "do%s; correct its template, or set lean_scripts = False",
                without[0],
                ", ".join(facts[without[0]].missing),
                f" (and {len(without) - 1} more)" if len(without) > 1 else "",
                type="lean",
                subtype="profile",
            )

    def _job(self, path: str, facts: Facts, offers: Mapping[PageImage, Offer], assets: Assets) -> _Job:
        styles = self._styles
        links = [styles.sheets[run] for run in facts.runs] if self._settings.styles else []
        inline = {one: styles.inline[one] for one in chain.from_iterable(links) if one in styles.inline}
        searches = SEARCH_TOOLS in facts.scripts  # they read any page for excerpts
        offered = {image: offers[image] for image in facts.images if image in offers}
        # The search index has no checksum, because the search page would change with every other page.
        versioned = [file for file in facts.files if file.startswith(("_images/", "_static/"))]
        return _Job(
            path,
            links=links,
            inline=inline,
            read=[*styles.inline.values(), *assets.attributes] if searches else [],
            hosts=sorted({host for run in facts.runs for file, _ in run for host in styles.hosts.get(file, ())}),
            layout=styles.layout if offered and facts.runs else None,
            bundle=assets.bundle(facts.bundle),
            offers=offered,
            sums={file: self._site.files[file][:8] for file in versioned if file in self._site.files},
        )

    def _publish(self, jobs: Sequence[_Job], pages: Mapping[str, _Record]) -> None:
        """Write pages that are new, or made of something else than the published ones."""
        due = []
        for job in jobs:
            record = pages[job.path]
            before, record.state = record.state, digest(f"{record.source}{job!r}")
            if record.state != before or not self._output.keep(job.path, record.published):
                due.append(job)
        render = partial(_attempt, _render, self._site.root, self._out, self._settings)
        for job, (made, problem) in zip(due, self._map(render, due), strict=True):
            pages[job.path].published, pages[job.path].policies = made or ("", [])
            pages[job.path].problem = problem
        self._output.files |= {job.path: name for job in jobs if (name := pages[job.path].published)}

    def _map(self, function: Callable[[Any], Any], jobs: Sequence[Any], many: int = _MANY) -> list[Any]:
        """Return the results of calling ``function`` on each job, in several processes if possible and worthwhile."""
        if len(jobs) < many or self._settings.jobs < 2 or "fork" not in multiprocessing.get_all_start_methods():
            return [function(job) for job in jobs]
        with multiprocessing.get_context("fork").Pool(self._settings.jobs) as pool:
            return pool.map(function, jobs, chunksize=max(1, len(jobs) // (4 * self._settings.jobs)))


# -- A page ------------------------------------------------------------------------------------------------------------


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
    if missing or not settings.scripts:
        scripts = Scripts(page, root)
    scripts.drop_unused()
    return page, scripts, missing


def _read(root: Path, settings: Settings, path: str) -> Facts | None:
    """Return the facts of a page; None if it is not a page of the theme."""
    page, scripts, missing = _open(root, settings, path)
    if settings.profile.theme and len(missing) == len(settings.profile.bundled):
        return None
    facts = page.facts()
    facts.images = shown_on(page) if settings.pictures and settings.styles else []
    facts.scripts = scripts.paths()
    facts.inline = sorted({one.text for one in scripts.unknown})
    facts.bundle = tuple(scripts.core())
    facts.missing = missing if settings.scripts else []
    facts.blocked = blocked(page, scripts) if settings.policy is not None else []
    return facts


def _render(root: Path, out: Path, settings: Settings, job: _Job) -> tuple[str, list[str]]:
    """Publish a page, if it has its policy and loads only what it loaded before or the pass made for it.

    Return its digest and its policies.
    """
    page, scripts, _ = _open(root, settings, job.path)
    files = page.files()
    if settings.pictures:
        show(page, job.offers, job.layout)
    if settings.styles:
        page.link_sheets(job.links, job.inline)
    if job.bundle:
        scripts.bundle(job.bundle)
    if settings.profile.theme:
        scripts.defer()
        page.complete_metadata(settings.title)
        page.wait_for_first_screen()
    page.mark_versions(job.sums)
    made: list[str] = []
    if settings.policy is not None:
        made = policies(page, scripts, settings.policy, job.hosts, job.read)
        page.add_policies([] if settings.headers == "report-only" else made)
    text = page.html()
    if page.nonce:
        nonce = published_nonce(text, page.nonce)
        text, made = text.replace(page.nonce, nonce), [one.replace(page.nonce, nonce) for one in made]
    offered = (path for offer in job.offers.values() for path, _ in offer.files)
    if settings.policy is not None and settings.headers != "report-only" and _POLICY not in text:
        raise _UnfitError("its policy is not at its start")
    if foreign := {*page.files()}.difference(files, [job.bundle], *job.links, offered):
        raise _UnfitError(f"it would load {min(foreign)}, which is not a file of the site")
    data = text.encode()
    return publish(out, job.path, data, digest(data)), made
