"""Prevents pages from linking to scripts and from redirecting readers, in any markup.

Links in tables of contents and in text are checked after a page is read, before titles are copied to navigation. Links
that are created later, such as downloads and cross-references, are checked before a page is written.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform

from sphinx_recaps.core.link_schemes import LEADING, NEVER, SCHEME, allowed_schemes, scheme_of
from sphinx_recaps.core.options import add_setting
from sphinx_recaps.core.warnings import RecapWarning, report, report_setting
from sphinx_recaps.data.fields import WAYBACK, describe_schemes, quote

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

_WITH_HOST = re.compile(r"https?://[^/?#]", re.IGNORECASE)
# At least a year, or * for all copies; two letters select the form in which a copy is shown.
_COPY_TIME = re.compile(r"\d{4}(\d\d)?(\d\d)?\d{0,6}(?:\*|[a-z]{2}_)?|\*", re.ASCII)
# Allowed attributes of <meta>. `http-equiv` replaces an HTTP header, and most of these act on the reader.
_META = frozenset(
    {"name", "property", "itemprop", "http-equiv", "content", "media", "scheme", "dir", "lang", "xml:lang"}
)
_HEADERS = frozenset({"content-language", "content-type", "x-ua-compatible"})
# Files that browsers open as pages, with the rights of their site.
_ACTIVE_FILES = (
    *(".htm", ".html", ".mht", ".mhtml", ".shtml", ".xht", ".xhtml"),
    *(".svg", ".svgz", ".xml", ".xsl", ".xslt"),
)
_OF_DOCUTILS = frozenset({"ids", "names", "dupnames", "classes", "backrefs"})


def _is_allowed(env: BuildEnvironment, address: str) -> bool:
    return scheme_of(address) in {"", *allowed_schemes(env.config.recap_link_schemes)}


def _check_links(env: BuildEnvironment, document: nodes.document) -> None:
    """Report links with a forbidden scheme, and replace them with their text."""
    for reference in list(document.findall(nodes.reference)):
        address = reference.get("refuri", "")
        if problem := _broken(address):
            report(RecapWarning.ADDRESS, problem, _link_location(reference))
        if not _is_allowed(env, address):
            _report_link(env, address, reference)
            reference.replace_self(nodes.inline("", "", *reference.children))
    for target in document.findall(nodes.target):
        if not _is_allowed(env, target.get("refuri", "")):
            del target["refuri"]


def _report_link(env: BuildEnvironment, address: str, node: nodes.Node) -> None:
    problem = (
        f"a link uses the scheme {scheme_of(address)}, so its text is shown without the link; "
        f"write an address with {describe_schemes(allowed_schemes(env.config.recap_link_schemes))}"
    )
    if scheme_of(address) not in NEVER:
        problem += ", or allow this one in recap_link_schemes"
    report(RecapWarning.ADDRESS, problem, _link_location(node), lost=True)


def _link_location(node: nodes.Node) -> nodes.Node:
    return next((child for child in node.findall() if child.line), node)  # the link of an image has no line number


def _broken(address: str) -> str:
    """Return a message for a malformed web address; '' if there is no problem."""
    if address.startswith(WAYBACK) and (problem := _broken_copy(address.removeprefix(WAYBACK))):
        return problem
    if scheme_of(address) in {"http", "https"} and not _WITH_HOST.match(LEADING.sub("", address)):
        return f"the address {quote(address)} has no host; write https://example.org/page"
    return ""


def _broken_copy(rest: str) -> str:
    """Return a message for the part of the address of a copy after the service; '' if there is no problem."""
    if rest.startswith(("https:", "http:")):  # the newest copy
        return ""
    time, slash, original = rest.partition("/")
    instead = "write the date of the copy and the original address, 20210510/https://example.org/"
    if not (match := _COPY_TIME.fullmatch(time)):
        return f"{quote(rest)} does not start with the time of a copy; {instead}" if "://" in rest else ""
    if not slash or not original:
        return f"{quote(rest)} has no address after the time of the copy; {instead}"
    month, day = match[1] or "01", match[2] or "01"
    if not ("01" <= month <= "12" and "01" <= day <= "31"):
        return f"{quote(time)} is not a valid date; {instead}"
    return ""


class LinksOfPages(SphinxTransform):
    """Checks the content of a page, before Sphinx copies titles and tables of contents to navigation."""

    default_priority = 870  # after changes of the text, such as translation, and before Sphinx collects titles, at 880

    def apply(self, **_: Any) -> None:
        """Check links, tables of contents and metadata."""
        _check_links(self.env, self.document)
        for toctree in self.document.findall(addnodes.toctree):
            self._check_toctree(toctree)
        for download in list(self.document.findall(addnodes.download_reference)):
            self._check_download(download)
        for meta in list(self.document.findall(nodes.meta)):
            self._check_meta(meta)

    def _check_toctree(self, toctree: addnodes.toctree) -> None:
        """Remove entries with a forbidden scheme, and set missing titles.

        Sphinx shows the address of an entry without a title; themes that build their own navigation fail on it.
        """
        allowed = []
        for title, address in toctree["entries"]:
            if not _is_allowed(self.env, address):
                _report_link(self.env, address, toctree)
            else:
                allowed.append((address if title is None and scheme_of(address) else title, address))
        toctree["entries"] = allowed

    def _check_download(self, download: addnodes.download_reference) -> None:
        """Replace a download by its text if it is a folder, or could run scripts on this site when opened."""
        target = download["reftarget"]
        if target and "://" not in target and os.path.isdir(self.env.relfn2path(target)[1]):  # noqa: PTH112
            problem = f"the download {target!r} is a folder; use a file, such as a .zip of the folder"
        elif target.lower().endswith(_ACTIVE_FILES):
            problem = (
                f"the download {target!r} could run scripts on this site when opened, so its text is shown without "
                "the link; pack the file into a .zip, or show its text with literalinclude"
            )
        else:
            return
        report(RecapWarning.DOWNLOAD, problem, download, lost=True)
        download.replace_self(nodes.inline("", "", *download.children))

    def _check_meta(self, meta: nodes.meta) -> None:
        """Remove metadata that acts on the reader."""
        header = str(meta.get("http-equiv", "")).strip().lower()
        unknown = sorted(meta.attributes.keys() - _META - _OF_DOCUTILS)
        if header and header not in _HEADERS:
            problem = f"the metadata of a page has http-equiv={header}"
        elif unknown:
            problem = f"the metadata of a page has the attribute {unknown[0]}"
        else:
            return
        problem += ", which is not allowed; describe the page with name or property, such as description"
        report(RecapWarning.META, problem, self._place_of(header or unknown[0]), lost=True)
        meta.parent.remove(meta)

    def _place_of(self, word: str) -> tuple[str, int]:
        """Return the first line of the page with a word; docutils does not give metadata a line number."""
        lines = self.env.doc2path(self.env.docname).read_text(encoding="utf-8").splitlines()
        return self.env.docname, next((number for number, line in enumerate(lines, 1) if word in line.lower()), 1)


class LinksOfWriters(SphinxPostTransform):
    """Checks links that are created after reading: downloads, references to other projects, links of directives."""

    default_priority = 999  # after references are resolved

    def run(self, **_: Any) -> None:
        """Check the links of a page before it is written."""
        _check_links(self.env, self.document)


def _check_setting(app: Sphinx) -> None:
    """Report invalid schemes, and those that no project can allow."""
    for scheme in app.config.recap_link_schemes:
        name = str(scheme).lower().rstrip(":/")
        if name in NEVER:
            problem = f"recap_link_schemes has {scheme!r}, which can run scripts and is never allowed; remove it"
        elif not SCHEME.fullmatch(f"{name}:"):
            problem = f"recap_link_schemes has {scheme!r}, which is not a scheme; write one such as 'tel'"
        else:
            continue
        report_setting(app, "recap_link_schemes", RecapWarning.ADDRESS, problem)


def setup_link_checks(app: Sphinx) -> None:
    """Set up the checks, and the setting."""
    description = (
        "The URL schemes that links may use, such as `tel`; never `javascript`, `data` or others that can run scripts. "
        "For Markdown, add them to `myst_url_schemes` as well."
    )
    types = frozenset({list, tuple, set, frozenset})
    add_setting(app, "recap_link_schemes", ["https", "http", "mailto"], types, description)
    app.connect("builder-inited", _check_setting)
    app.add_transform(LinksOfPages)
    app.add_post_transform(LinksOfWriters)
