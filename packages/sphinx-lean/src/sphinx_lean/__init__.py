"""Makes pages lean: a pass over built HTML removes what a page does not use.

``extensions = ["sphinx_lean"]`` turns it on, ``lean = False`` turns it off.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING, Any

from sphinx.config import ENUM
from sphinx.jinja2glue import BuiltinTemplateLoader
from sphinx.util import logging

from sphinx_lean.files import ThemeOutput, digest, paths_in
from sphinx_lean.policy import MODES, ONLY
from sphinx_lean.profiles import NO_PROFILE, profile_of
from sphinx_lean.run import LeanPass
from sphinx_lean.trust import Watch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

    from sphinx_lean.profiles import Profile


__version__ = "0.1.0"

_LOG = logging.getLogger(__name__)
# What the result depends on besides the pass itself.
_LIBRARIES = ("brotli", "fonttools", "pillow", "rjsmin", "selectolax", "tinycss2", "uharfbuzz")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Set up the pass and its settings."""
    app.require_sphinx((8, 2))
    add = app.add_config_value
    add("lean", True, "html", bool, "Whether to make pages lean.")
    add("lean_styles", True, "html", bool, "Whether to remove unused rules from style sheets.")
    add("lean_icons", True, "html", bool, "Whether to reduce icon fonts to the icons in use.")
    add("lean_scripts", True, "html", bool, "Whether to bundle and defer the scripts of the theme.")
    add("lean_pictures", True, "html", bool, "Whether to offer smaller files for pictures.")
    add("lean_keep", [], "html", [list, tuple], "Names that style sheets keep.")
    add("lean_policy", {}, "html", [bool, dict], "Sources to add to the policy, by directive; or whether there is one.")
    add("lean_headers", "", "html", ENUM("", *MODES), "Whether to export the policies as headers, and in which mode.")
    app.connect("builder-inited", _begin, priority=0)  # before every other handler, which may note the output folder
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}


def _begin(app: Sphinx) -> None:
    """Redirect a build to the folder of the pass, unless its pages are not made lean."""
    if app.builder.name not in {"html", "dirhtml", "singlehtml"}:
        return
    cache = Path(app.doctreedir) / "lean" / f"{app.builder.name}-{digest(str(app.outdir))}"
    if app.config.lean:
        _Build(app, cache)
    else:
        rmtree(cache, ignore_errors=True)  # does not learn which pages Sphinx writes meanwhile


class _Build:
    """A build whose pages are made lean."""

    def __init__(self, app: Sphinx, cache: Path) -> None:
        self._cache = cache
        self._site = ThemeOutput(cache)
        self._out = Path(app.outdir)
        self._settings = _settings(app)
        if self._settings.policy is not None:
            Watch(app)
        self._pages: set[str] = set()
        self._start(app)
        app.connect("env-get-outdated", self._start, priority=0)
        app.connect("html-page-context", self._note_page)
        app.connect("build-finished", self._finish, priority=990)  # after every other handler that writes files

    def _start(self, app: Sphinx, *_: object) -> list[str]:
        """Redirect the build, also the second one of the same application."""
        if Path(app.outdir) != self._site.root:
            self._site.open()
            _redirect(app, self._site.root)
        return []

    def _note_page(self, app: Sphinx, pagename: str, *_: object) -> None:
        """Note a page from a template; those of documents may be written in other processes."""
        self._pages.add(pagename)

    def _finish(self, app: Sphinx, exception: Exception | None) -> None:
        builder: Any = app.builder
        pages = [builder.get_output_path(name) for name in self._pages.union(app.env.all_docs)]
        _redirect(app, self._out)
        if exception is None:
            paths = [Path(os.path.relpath(page, self._site.root)).as_posix() for page in pages]
            self._site.close(paths, builder.out_suffix, _copied(app))
            LeanPass(self._site, self._cache, self._out, self._settings).run()


def _redirect(app: Sphinx, folder: Path) -> None:
    """Let a builder, which also has the paths of some folders in its own, and extensions write to another folder."""
    for name, value in list(vars(app.builder).items()):
        if isinstance(value, Path) and value.parent == Path(app.outdir) and value != app.doctreedir:
            setattr(app.builder, name, folder / value.name)
    app.outdir = app.builder.outdir = folder


def _copied(app: Sphinx) -> set[str]:
    """Return the paths of the files that the project adds as they are, which may be another site."""
    paths = [Path(app.confdir, name) for name in app.config.html_extra_path]
    return {name for path in paths for name in ((path.name,) if path.is_file() else paths_in(path))}


def _policy(app: Sphinx) -> Mapping[str, str] | None:
    """Return further sources for the policies of pages; None if pages get none."""
    policy = app.config.lean_policy
    if policy is False or not (profile_of(app.config.html_theme)[0].theme or policy):
        return None
    builder: Any = app.builder
    if not isinstance(builder.templates, BuiltinTemplateLoader):
        _LOG.warning("lean: pages get no policy, because it requires the templates of Sphinx, without template_bridge")
        return None
    policy = {} if policy is True else policy
    for name in filter(policy.__contains__, ONLY) if not app.config.lean_headers else ():
        message = "lean_policy: %s has an effect only in an HTTP header; set lean_headers, or leave it out"
        _LOG.warning(message, name, type="lean", subtype="policy")
    return policy


@dataclass(frozen=True)
class Settings:
    """The configuration.

    ``policy`` are further sources by directive; with None, pages get no policy. ``keep`` are names that style sheets
    keep. ``headers`` is how policies are exported as headers, for a site at ``baseurl``. ``jobs`` is the number of
    processes.
    """

    title: str
    policy: Mapping[str, str] | None
    profile: Profile = field(default=NO_PROFILE, repr=False)
    scripts: bool = True
    styles: bool = True
    icons: bool = True
    pictures: bool = True
    keep: tuple[str, ...] = ()
    headers: str = ""
    baseurl: str = ""
    encoding: str = "utf-8"
    jobs: int = field(default=1, repr=False)

    def fingerprint(self) -> str:
        """Return a digest of everything that the result depends on besides the site."""
        files = (path for path in sorted(Path(__file__).parent.rglob("*")) if path.suffix in {".js", ".py"})
        code = [digest(path.read_bytes()) for path in files]
        return digest(f"{self!r}{self.profile.theme}{[*map(version, _LIBRARIES)]}{code}")


def _settings(app: Sphinx) -> Settings:
    config, policy = app.config, _policy(app)
    profile, reason = profile_of(config.html_theme)
    if reason:
        _LOG.info("sphinx-lean %s: scripts stay as they are, and pages get no policy unless lean_policy is set", reason)
    return Settings(
        title=config.html_title or config.project,
        policy=policy,
        profile=profile,
        **{name: config[f"lean_{name}"] for name in ("scripts", "styles", "icons", "pictures")},
        keep=tuple(config.lean_keep),
        headers=config.lean_headers if policy is not None else "",
        baseurl=config.html_baseurl,
        encoding=config.html_output_encoding,
        jobs=app.parallel,
    )
