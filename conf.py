"""The whole configuration of the site, from top to bottom.

Every value that Read the Docs knows (address, repository, version) comes from its environment variables,
https://docs.readthedocs.com/platform/stable/reference/environment-variables.html;
without them the defaults below hold, so that a local build needs nothing.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx import addnodes
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.errors import ConfigError
from sphinx.transforms import SphinxTransform
from sphinx_recaps.event.folder_pages import listed_pages
from sphinxcontrib.serializinghtml import SerializingHTMLBuilder

if TYPE_CHECKING:
    from sphinx.application import Sphinx


# -- Read the Docs -----------------------------------------------------------------------------------------------------

address = os.environ.get("READTHEDOCS_CANONICAL_URL", "")
branch = os.environ.get("READTHEDOCS_GIT_IDENTIFIER", "")
commit = os.environ.get("READTHEDOCS_GIT_COMMIT_HASH", "")
version_type = os.environ.get("READTHEDOCS_VERSION_TYPE", "")  # branch, tag, unknown, or external: a pull request
# https://github.com/owner/name.git or git@gitlab.com:group/subgroup/name.git -> host, owner, name
repository = re.fullmatch(
    r"(?:\w+://)?(?:[^@/]+@)?(?P<host>github|gitlab)\.com[:/](?P<owner>.+)/(?P<name>[^/]+?)(?:\.git)?/?",
    os.environ.get("READTHEDOCS_GIT_CLONE_URL", ""),
)

# -- The site ----------------------------------------------------------------------------------------------------------

project = "PyTorch community recaps"
author = "the contributors to this site"
copyright = "the contributors to this site, CC BY 4.0"  # noqa: A001 (Sphinx's own name)
description = "Recaps of PyTorch community events: the talks, the people, the sources, and ways to take part."
language = "en"
version = os.environ.get("READTHEDOCS_VERSION") or branch or "local"
release = version if version_type == "tag" else ""  # shown in books and manuals
today = " "  # instead of the build date, so that builds are reproducible

extensions = ["myst_parser", "sphinx_design", "sphinx_recaps", "sphinx_lean"]
exclude_patterns = [
    ".*",
    "_build",
    "packages",
    "tests",
    "tools",
    "contributors/examples",
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
]
nitpicky = True
numfig = False

# -- Pages in Markdown -------------------------------------------------------------------------------------------------

myst_enable_extensions = ["attrs_block", "attrs_inline", "colon_fence", "deflist"]
myst_heading_anchors = 3
myst_disable_syntax = ["html_block", "html_inline"]  # pages cannot add scripts; docutils.conf forbids raw directives
myst_url_schemes = ["http", "https", "mailto"]

# -- Links to other sites ----------------------------------------------------------------------------------------------

recap_links = "links.yaml"  # archived copies, and dead addresses

# -- For programs ------------------------------------------------------------------------------------------------------

recap_licence = "https://creativecommons.org/licenses/by/4.0/"  # of the data files, as of the pages

# -- Search ------------------------------------------------------------------------------------------------------------

# How to add to this site: readers find it when they ask for it.
recap_search_apart = [
    "contributors/add",
    "contributors/data-files",
    "contributors/lean*",
    "contributors/missing",
    "contributors/reference",
    "contributors/samples/*",
    "contributors/style",
]

# -- Kinds of entries --------------------------------------------------------------------------------------------------

recap_kinds = {"talk": ("talk", "talks")}  # besides posters, sessions, keynotes, episodes and resources

# -- Rules for pages ---------------------------------------------------------------------------------------------------

# Links have archived copies, footnotes have sources, link texts and descriptions are meaningful.
recap_rules = ["copies", "notes", "words", "description"]
recap_no_copies = [
    "https://www.youtube.com/",
    "https://pytorch.slack.com/",
]  # archived copies of a video player or a login page are useless

# -- HTML --------------------------------------------------------------------------------------------------------------

html_theme = "pydata_sphinx_theme"
html_title = html_short_title = project
html_baseurl = address
html_favicon = "_static/favicon.svg"
html_static_path = ["_static"]
# In this order: later files build on earlier ones. pieces.css and home.css follow, on some pages only: see below.
html_css_files = [
    *((name, {"priority": 600}) for name in ("tokens.css", "type.css", "layout.css")),
    ("print.css", {"media": "print", "priority": 600}),
]
templates_path = ["_templates"]
html_copy_source = False
html_show_sourcelink = False
html_use_index = False  # nothing is indexed yet, so the index would be empty
# No page contains a tree of all events: recap-pages.html lists the pages of one event.
html_sidebars: dict[str, list[str]] = {"**": []}
html_theme_options = {
    "navbar_start": ["wordmark"],
    "navbar_center": ["navbar-nav"],
    "navbar_align": "right",
    "navbar_end": ["theme-switcher"],
    "article_header_start": ["breadcrumbs", "recap-pages"],
    "primary_sidebar_end": [],
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["about-page"],
    "footer_end": ["about-site"],
    "search_bar_text": "Search the recaps",
    "show_toc_level": 2,
    "back_to_top_button": False,
    "shorten_urls": False,  # would add an icon from a second icon font to every bare GitHub address
    # GitHub and GitLab can only edit branches, not tags or pull request previews.
    "use_edit_page_button": repository is not None and version_type == "branch",
}
html_context = {
    "default_mode": "auto",
    "site_description": description,
    "commit": commit,
    "preview": version_type == "external",
}
if repository:
    host, owner, name = repository["host"], repository["owner"], repository["name"]
    html_context |= {
        "repository_url": f"https://{host}.com/{owner}/{name}",
        "commit_url": f"https://{host}.com/{owner}/{name}/{'-/' if host == 'gitlab' else ''}commit/{commit}",
        f"{host}_user": owner,
        f"{host}_repo": name,
        f"{host}_version": branch,
    }

# -- Books, manuals, text ----------------------------------------------------------------------------------------------

epub_title = project
epub_author = author
epub_description = description
epub_contributor = epub_publisher = author
epub_identifier = address or "community-recaps"
epub_uid = "community-recaps"
epub_tocscope = "includehidden"  # the site's tables of contents are hidden, because its pages have other navigation
epub_show_urls = "no"  # reading devices follow links; videos show their address anyway
epub_cover = ("_static/cover.png", "epub-cover.html")
epub_css_files = ["book.css"]  # minimal: readers choose the appearance of a book
epub_exclude_files = [
    ".buildinfo.bak",
    "_static/cover.svg",
    "_static/favicon.svg",
    "_static/preamble.tex",
]  # left over by Sphinx, or only for the web

latex_engine = "xelatex"  # names can have non-Latin letters
latex_show_urls = "inline"  # links do not work on paper
# True: the chapters are the pages in the toctree of the home page, without the home page itself.
latex_documents = [("index", "community-recaps.tex", project, author, "manual", True)]
latex_elements = {
    "papersize": "a4paper",
    "extraclassoptions": "openany,oneside",  # no blank pages
    "figure_align": "H",  # images stay in their section
    "sphinxsetup": "TitleColor={RGB}{29,25,22}, InnerLinkColor={RGB}{181,52,27}, OuterLinkColor={RGB}{181,52,27}",
    "printindex": "",  # empty, see html_use_index
    "releasename": "Release" if release else "",
    "preamble": rf"\hypersetup{{pdflang={{{language}}}}}"
    "\n" + Path(__file__).with_name("_book").joinpath("preamble.tex").read_text(encoding="utf-8"),
}
man_pages = [("index", "community-recaps", description, [author], 7)]
texinfo_documents = [
    ("index", "community-recaps", project, author, "community-recaps", description, "Miscellaneous", True)
]
applehelp_bundle_id = "community-recaps"
applehelp_disable_external_tools = True  # the indexer runs on macOS only

# -- Link check --------------------------------------------------------------------------------------------------------

linkcheck_timeout = 20
linkcheck_retries = 3
linkcheck_report_timeouts_as_broken = True  # only broken links are tried again
linkcheck_workers = 2  # links are sorted by address, so all workers access the same host
# After “too many requests”, wait 60 s, then twice as long up to this limit, or as long as the host asks.
linkcheck_rate_limit_timeout = 300
# `make archive-links` checks copies: the Wayback Machine does not accept hundreds of requests at once.
linkcheck_ignore = [r"https://web\.archive\.org/web/"]
# Routes of JavaScript applications, and text fragments, which browsers resolve.
linkcheck_anchors_ignore = [r"!", r"/", r":~:"]
# These create anchors (lines, posts, cells, times) with JavaScript; the pages themselves are still checked.
linkcheck_anchors_ignore_for_url = [
    r"https://(github|gitlab)\.com/",
    r"https://(dev-)?discuss\.pytorch\.org/",
    r"https://(colab\.research|drive|docs)\.google\.com/",
    r"https://www\.youtube\.com/",
]
# linkcheck_allowed_redirects is not set: with any value, Sphinx warns about every other redirect. Addresses are as
# published, and many redirect, such as short ones; the report lists their targets without failing.

# -- Contents of books -------------------------------------------------------------------------------------------------


class PagesAfterSections(SphinxTransform):
    """Moves hidden tables of contents behind the sections of their page.

    A book places the pages below a page where its table of contents is. At the end of the source that is the last
    section, such as “Sources”; before the first section they would interrupt the page.
    """

    default_priority = 700

    def apply(self, **_: Any) -> None:
        """Move them to the end of the page, in their order."""
        page = next(self.document.findall(nodes.section), None)
        for toctree in list(self.document.findall(addnodes.toctree)):
            if page is not None and toctree["hidden"]:
                wrapper = toctree.parent
                wrapper.parent.remove(wrapper)
                page += wrapper


# -- Variables for templates -------------------------------------------------------------------------------------------


def add_page_context(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Add the style sheets of written pages and of the home page, and navigation for all pages.

    ``header_pages`` are the pages that the home page lists, for navbar-nav.html.
    """
    if doctree is not None and app.builder.name != "epub":
        app.add_css_file("pieces.css", priority=650)  # after html_css_files, before the directives
        if pagename == app.config.root_doc:
            app.add_css_file("home.css", priority=900)
    if app.builder.name == "epub":  # its pages lack a language attribute
        context["html_tag"] = context["html_tag"].replace(
            "<html ", f'<html lang="{language}" xml:lang="{language}" ', 1
        )
    context["header_pages"] = [
        (title, page, "://" in page) for title, page in listed_pages(app.env, app.config.root_doc)
    ]
    limit_neighbours_to_section(app, pagename, context)


def limit_neighbours_to_section(app: Sphinx, pagename: str, context: dict[str, Any]) -> None:
    """Offer previous and next pages only in the same folder, or in a folder above or below it.

    Sphinx would continue from the last page of an event with any page that follows in the site's table of contents.
    """
    if not isinstance(app.builder, StandaloneHTMLBuilder):
        return
    folder = pagename.rpartition("/")[0]
    _, *neighbours = app.builder.relations.get(pagename, (None, None, None))
    for name, neighbour in zip(("prev", "next"), neighbours, strict=True):
        other = (neighbour or "").rpartition("/")[0]
        if not (folder and other and f"{max(folder, other)}/".startswith(f"{min(folder, other)}/")):
            context[name] = None


def prepare_builder(app: Sphinx) -> None:
    """Set up the ePub with its own cover and style and without files for browsers; reject unsupported builders."""
    if isinstance(app.builder, SerializingHTMLBuilder):
        msg = f"{html_theme} cannot write {app.builder.name}; build html, or xml for programs"
        raise ConfigError(msg)
    if app.builder.name == "epub":
        paths = app.config.html_static_path
        paths[paths.index("_static")] = "_book"
        if (app.outdir / "content.opf").is_file():  # Sphinx would include files of the last build
            shutil.rmtree(app.outdir / "_static", ignore_errors=True)
            (app.outdir / "epub-cover.xhtml").unlink(missing_ok=True)


def leave_out_unwritten_indices(app: Sphinx) -> list[tuple[str, dict[str, Any], str]]:
    """Keep pages that are listed but not written out of objects.inv, which is written next."""
    for name in ("genindex", "modindex", "py-modindex"):
        app.env.domains.standard_domain.anonlabels.pop(name, None)
        app.env.domains.standard_domain.labels.pop(name, None)
    return []


def setup(app: Sphinx) -> None:
    """Connect the handlers; Sphinx calls this after reading the configuration."""
    app.connect("builder-inited", prepare_builder)
    app.connect("html-collect-pages", leave_out_unwritten_indices)
    app.add_transform(PagesAfterSections)
    app.connect("html-page-context", add_page_context)
