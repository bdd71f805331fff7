"""What is wrong with an image that can be found: too heavy, not for the web, unsafe, or without words.

The checks of files and of nodes need no builder. One handler applies them to every image of a page that was read:
images of Markdown and of every directive are the same node by then.
"""

from __future__ import annotations

import os
import warnings
from typing import TYPE_CHECKING, cast

from docutils import nodes
from PIL import Image

from sphinx_recaps.core.figure import figures
from sphinx_recaps.core.warnings import RecapWarning, report
from sphinx_recaps.data.value_locations import ValueLocations
from sphinx_recaps.images.local import SUFFIXES, find_image, image_location
from sphinx_recaps.images.svg_safety import svg_problems

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

# Bytes. A phone on the line that Lighthouse assumes, 1.6 Mbit/s, waits five seconds for it.
HEAVIEST = 1_000_000
# Pixels on a side. No common screen shows more (4K: 3840), and a browser takes 64 MB of memory to show such a square.
LONGEST = 4000
SAVE_AS = "save it as WebP or AVIF, at most 2000 px wide"
_SHOWN = {"AVIF", "GIF", "JPEG", "MPO", "PNG", "WEBP"}  # Pillow's names; MPO is how telephones write JPEG
# What is at the end of a picture; programs may add notes of their own behind it.
_ENDS = {"PNG": b"IEND", "JPEG": b"\xff\xd9"}
_MOST = 3  # mistakes of one SVG that are told
# Beyond these Pillow will not look into a file: its limit of pixels, for which LONGEST is asked here, and damage.
_UNREADABLE = (OSError, SyntaxError, ValueError, Image.DecompressionBombError)


def file_problems(path: Path, name: str, max_bytes: int, max_pixels: int) -> Iterator[tuple[RecapWarning, str]]:
    """Yield what is wrong with an image file that is there, and what to do; ``name`` is what messages call it.

    ``max_bytes`` is the largest file that is allowed, ``max_pixels`` the longest side.
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
        found = _format_and_size(path)
        if found is None:
            yield RecapWarning.IMAGE, f"{name!r} is not an image that can be read; save it again"
            return
        form, size = found
        if _is_cut_off(path, form):
            yield RecapWarning.IMAGE, f"{name!r} ends in the middle of the picture; copy or save it again"
            return
        if form not in _SHOWN:
            yield RecapWarning.IMAGE_FORMAT, f"{name!r} holds {form}, whatever its name says; {SAVE_AS}"
            return
        if max(size) > max_pixels:
            excess.append(f"{size[0]} × {size[1]} px")
    if excess:
        limits = f"the limits are {max_bytes / 1e6:g} MB and {max_pixels} px on a side"
        yield RecapWarning.IMAGE_SIZE, f"{name!r} has {' and '.join(excess)}, and {limits}; {SAVE_AS}"


def _drawing_problems(path: Path, name: str) -> Iterator[tuple[RecapWarning, str]]:
    found = svg_problems(path.read_bytes())
    if found:
        told = [f"{problem.message} (line {problem.line})" for problem in found[:_MOST]]
        more = f", and {len(found) - _MOST} more" if len(found) > _MOST else ""
        instead = "save it as plain SVG without that, or as WebP"
        yield RecapWarning.IMAGE_SVG, f"{name!r} {', '.join(told)}{more}; {instead}"


def _format_and_size(path: Path) -> tuple[str, tuple[int, int]] | None:
    """Return what the first bytes of a file say, whatever its name; None where they are of no image."""
    try:
        with (
            warnings.catch_warnings(action="ignore", category=Image.DecompressionBombWarning),
            Image.open(path) as image,
        ):
            return image.format or "", image.size
    except _UNREADABLE:
        return None


def _is_cut_off(path: Path, form: str) -> bool:
    """Say whether the end of a picture is missing, as after a download that stopped."""
    return form in _ENDS and _ENDS[form] not in path.read_bytes()


def alt_problem(image: nodes.image) -> str | None:
    """Return what to write for an image without alternative text; None where it has one, or says that it needs none.

    In a directive an empty ``:alt:`` says so, as in HTML. In Markdown, ``![](x.png)`` is what a hurry looks like.
    """
    in_directive = bool(image.rawsource.strip())
    uri = image.get("original_uri", image["uri"])
    if (alt := image.get("alt", "").strip()) and alt == uri.rpartition("/")[2]:
        return f"the alternative text of {uri!r} is the name of its file; write what the picture shows"
    if alt or ("alt" in image and in_directive):
        return None
    if any(name.startswith("sd-card-img") for name in image["classes"]):
        instead = "write :img-alt: What it shows"
    elif in_directive:
        instead = "write :alt: What it shows, and nothing after :alt: if it only decorates"
    else:
        instead = f"write ![What it shows]({uri})"
    return f"{uri!r} has no alternative text for those who cannot see it; {instead}"


def _check(app: Sphinx, document: nodes.document) -> None:
    """Report what is wrong with the images of a page: each file once, each missing text where it is missing."""
    told: set[str] = set()
    places = ValueLocations(app.srcdir)
    own = {id(image) for image in _with_own_checks(document)}
    for image in list(document.findall(nodes.image)):
        if os.path.isdir(app.env.srcdir / image["uri"]):  # noqa: PTH112 (pathlib raises for long names)
            _without_file(image, places)
            continue
        for kind, message in _image_problems(app.env, image, told):
            report(kind, f"image: {message}", image_location(image, places))
        problem = None if id(image) in own else alt_problem(image)
        if problem is not None:
            report(RecapWarning.IMAGE_ALT, f"image: {problem}", image_location(image, places))


def _without_file(image: nodes.image, places: ValueLocations) -> None:
    """Report a picture that is a folder, and show its words: builders stop where they try to copy or convert it."""
    written = image.get("original_uri", "")
    problem = f"{written!r} is a folder" if written else "it has no file"
    problem = f"image: {problem}; name the file of a picture, such as images/name.png"
    report(RecapWarning.IMAGE, problem, image_location(image, places))
    words = nodes.inline("", f"[image: {image.get('alt') or written}]")
    whole = image.parent if isinstance(image.parent, nodes.reference) else image  # a link holds nothing else then
    whole.replace_self(words if isinstance(whole.parent, nodes.TextElement) else nodes.paragraph("", "", words))


def _with_own_checks(document: nodes.document) -> Iterator[nodes.image]:
    """Yield the images whose directives look after their words."""
    for figure in figures(document):
        yield from figure.findall(nodes.image)
    yield from (image for image in document.findall(nodes.image) if "entry" in image)


def _image_problems(env: BuildEnvironment, image: nodes.image, told: set[str]) -> Iterator[tuple[RecapWarning, str]]:
    """Yield what is wrong with the files of an image; Sphinx says itself which ones are missing.

    Of ``picture.*`` only the files for browsers are looked at: the others are for other builders.
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
        if kind == "?" or name in told or not path.is_file():
            continue
        if kind == "*" or path.suffix.lower() in SUFFIXES:
            told.add(name)
            yield from file_problems(path, name, env.config.recap_image_max_bytes, env.config.recap_image_max_pixels)


def setup_image_checks(app: Sphinx) -> None:
    """Check the images of each page that is read."""
    app.add_config_value(
        "recap_image_max_bytes", HEAVIEST, "env", types=int, description="How many bytes an image may have at most."
    )
    app.add_config_value(
        "recap_image_max_pixels", LONGEST, "env", types=int, description="How many pixels a side of an image may have."
    )
    app.connect("doctree-read", _check)
