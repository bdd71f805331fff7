"""Checks of images: too large, not for the web, unsafe, or without alternative text.

One handler applies them to every image node of a page after reading, whether it comes from Markdown or a directive.
"""

from __future__ import annotations

import os
import warnings
from typing import TYPE_CHECKING, cast

from docutils import nodes
from PIL import Image

from sphinx_recaps.core.figure import figures, image_as_text
from sphinx_recaps.core.options import add_setting
from sphinx_recaps.core.warnings import RecapWarning, report
from sphinx_recaps.images.local import SUFFIXES, find_image, image_location
from sphinx_recaps.images.svg_safety import svg_problems

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

# Bytes. A phone on the connection that Lighthouse assumes, 1.6 Mbit/s, loads it in five seconds.
DEFAULT_MAX_BYTES = 1_000_000
# Pixels on a side. Common screens show fewer (4K: 3840), and a browser needs 64 MB of memory for such a square.
DEFAULT_MAX_PIXELS = 4000
SAVE_AS = "save it as WebP or AVIF, at most 2000 px wide"
_BROWSER_FORMATS = {"AVIF", "GIF", "JPEG", "MPO", "PNG", "WEBP"}  # Pillow's names; phones save JPEG as MPO
# The end marker of an image; programs may append data after it.
_ENDS = {"PNG": b"IEND", "JPEG": b"\xff\xd9"}
_MAX_REPORTED = 3  # mistakes in one SVG
# Pillow raises these for damaged files, and above its limit of pixels; the limit of the project is checked here.
_UNREADABLE = (OSError, SyntaxError, ValueError, Image.DecompressionBombError)


def file_problems(path: Path, name: str, max_bytes: int, max_pixels: int) -> Iterator[tuple[RecapWarning, str]]:
    """Yield a message for each problem of an existing image file; ``name`` is its name in messages.

    ``max_bytes`` is the largest size of a file, ``max_pixels`` the largest width or height.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        yield RecapWarning.IMAGE_FORMAT, f"{name!r} is in a format that browsers do not show; {SAVE_AS}"
        return
    weight = path.stat().st_size
    excess = [f"{weight / 1e6:.1f} MB"] if weight > max_bytes else []
    if suffix == ".svg":
        yield from _drawing_problems(path, name)
    else:
        measured = _format_and_size(path)
        if measured is None:
            yield RecapWarning.IMAGE, f"{name!r} is not an image that can be read; save it again"
            return
        form, size = measured
        if _is_cut_off(path, form):
            yield RecapWarning.IMAGE, f"{name!r} is truncated; copy or save it again"
            return
        if form not in _BROWSER_FORMATS:
            yield RecapWarning.IMAGE_FORMAT, f"{name!r} contains {form}, despite its name; {SAVE_AS}"
            return
        if max(size) > max_pixels:
            excess.append(f"{size[0]} × {size[1]} px")
    if excess:
        limits = f"the limits are {max_bytes / 1e6:g} MB and {max_pixels} px on a side"
        yield RecapWarning.IMAGE_SIZE, f"{name!r} has {' and '.join(excess)}, but {limits}; {SAVE_AS}"


def _drawing_problems(path: Path, name: str) -> Iterator[tuple[RecapWarning, str]]:
    problems = svg_problems(path.read_bytes())
    if problems:
        messages = [f"{problem.message} (line {problem.line})" for problem in problems[:_MAX_REPORTED]]
        more = f", and {len(problems) - _MAX_REPORTED} more" if len(problems) > _MAX_REPORTED else ""
        instead = "save it as plain SVG without that, or as WebP"
        yield RecapWarning.IMAGE_SVG, f"{name!r} {', '.join(messages)}{more}; {instead}"


def _format_and_size(path: Path) -> tuple[str, tuple[int, int]] | None:
    """Return the format and size in pixels from the content of a file; None if it is not an image."""
    try:
        with (
            warnings.catch_warnings(action="ignore", category=Image.DecompressionBombWarning),
            Image.open(path) as image,
        ):
            return image.format or "", image.size
    except _UNREADABLE:
        return None


def _is_cut_off(path: Path, form: str) -> bool:
    """Return whether the end of an image is missing, as after an interrupted download."""
    return form in _ENDS and _ENDS[form] not in path.read_bytes()


def alt_problem(image: nodes.image) -> str | None:
    """Return a message for an image without alternative text; None if it has one, or is marked as decorative.

    In a directive, an empty ``:alt:`` marks it as decorative, as in HTML. In Markdown, ``![](x.png)`` is taken for an
    omission.
    """
    in_directive = bool(image.rawsource.strip())
    uri = image.get("original_uri", image["uri"])
    if (alt := image.get("alt", "").strip()) and alt == uri.rpartition("/")[2]:
        return f"the alternative text of {uri!r} is its file name; write what the image shows"
    if alt or ("alt" in image and in_directive):
        return None
    if any(name.startswith("sd-card-img") for name in image["classes"]):
        instead = "write :img-alt: What it shows"
    elif in_directive:
        instead = "write :alt: What it shows, or :alt: without a text if it is decorative"
    else:
        instead = f"write ![What it shows]({uri})"
    return f"{uri!r} has no alternative text for people who cannot see it; {instead}"


def _check(app: Sphinx, document: nodes.document) -> None:
    """Report the problems of the images on a page: each file once, but every missing text."""
    reported: set[str] = set()
    own = {id(image) for image in _with_own_checks(document)}
    for image in list(document.findall(nodes.image)):
        if os.path.isdir(app.env.srcdir / image["uri"]):  # noqa: PTH112 (pathlib raises for long names)
            _replace_folder(image, app.env.srcdir)
            continue
        for kind, message in _image_problems(app.env, image, reported):
            report(kind, f"image: {message}", image_location(image, app.env.srcdir))
        problem = None if id(image) in own else alt_problem(image)
        if problem is not None:
            report(RecapWarning.IMAGE_ALT, f"image: {problem}", image_location(image, app.env.srcdir))


def _replace_folder(image: nodes.image, source: Path) -> None:
    """Report an image that is a folder, and replace it with its text; builders would fail to copy or convert it."""
    written = image.get("original_uri", "")
    problem = f"{written!r} is a folder" if written else "it has no file"
    problem = f"image: {problem}; write the name of an image file, such as images/name.png"
    report(RecapWarning.IMAGE, problem, image_location(image, source))
    whole = image.parent if isinstance(image.parent, nodes.reference) else image  # such a link has no other content
    whole.replace_self(image_as_text(image.get("alt") or written, whole.parent))


def _with_own_checks(document: nodes.document) -> Iterator[nodes.image]:
    """Yield the images whose directives check the alternative text themselves."""
    for figure in figures(document):
        yield from figure.findall(nodes.image)
    yield from (image for image in document.findall(nodes.image) if "entry" in image)


def _image_problems(
    env: BuildEnvironment, image: nodes.image, reported: set[str]
) -> Iterator[tuple[RecapWarning, str]]:
    """Yield the problems of the files of an image; Sphinx itself reports missing ones.

    For ``picture.*``, only the files for browsers are checked; the others are for other builders.
    """
    candidates = cast("dict[str, str]", image.get("candidates", {}))
    if "?" in candidates and not image["uri"].startswith("data:"):
        try:
            find_image(env, image["uri"])
        except ValueError as error:
            yield RecapWarning.IMAGE, str(error)
        return
    for kind, name in candidates.items():
        path = env.srcdir / name
        if kind == "?" or name in reported or not path.is_file():
            continue
        if kind == "*" or path.suffix.lower() in SUFFIXES:
            reported.add(name)
            yield from file_problems(path, name, env.config.recap_image_max_bytes, env.config.recap_image_max_pixels)


def setup_image_checks(app: Sphinx) -> None:
    """Check the images of each page that is read."""
    size, side = "The largest size of an image file, in bytes.", "The largest width or height of an image, in pixels."
    add_setting(app, "recap_image_max_bytes", DEFAULT_MAX_BYTES, int, size)
    add_setting(app, "recap_image_max_pixels", DEFAULT_MAX_PIXELS, int, side)
    app.connect("doctree-read", _check)
