"""Finds and measures images of the project, and converts them for builders that do not support their format."""

from __future__ import annotations

import os
import posixpath
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

import resvg_py
from docutils import nodes
from PIL import Image
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms.images import ImageConverter
from sphinx.util.images import get_image_size, guess_mimetype

from sphinx_recaps.core.builders import application, is_web
from sphinx_recaps.core.did_you_mean import with_lookalike_notes
from sphinx_recaps.core.figure import image_as_text
from sphinx_recaps.core.warnings import RecapWarning, report
from sphinx_recaps.images.svg_safety import svg_size

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.writers.html5 import HTML5Translator

MAX_DRAWING_SIDE = 8000  # pixels, as PNG
SUFFIXES = {
    ".avif": "image/avif",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
}


@dataclass(frozen=True, slots=True)
class LocalImage:
    """An image of the project: ``uri`` as on the page, ``width`` and ``height`` in CSS pixels."""

    uri: str
    width: int
    height: int


def _is_remote(uri: str) -> bool:
    return "://" in uri or uri.startswith(("//", "data:"))


def image_location(image: nodes.image, source: Path) -> nodes.Node | str:
    """Return the image, or ``path:line`` in a data file, relative to the source folder."""
    if "entry" in image and image.source and image.line:
        return f"{Path(image.source).relative_to(source).as_posix()}:{image.line}"
    return image


def find_image(env: BuildEnvironment, uri: str) -> LocalImage:
    """Return an image, given relative to the page or, with a leading slash, to the source folder.

    Raises ValueError with a message if it is remote, missing (with similar names), outside the project or not an image.
    Makes the page depend on the file, even if it is missing.
    """
    if _is_remote(uri):
        msg = f"{uri!r} is on another host; save it beside the page and write the file name, images/name.png"
        raise ValueError(msg)
    relative, absolute = env.relfn2path(uri)
    path = Path(absolute)
    if not Path(os.path.normpath(path)).is_relative_to(env.srcdir):
        raise ValueError(f"{uri!r} is outside the project; copy it to a folder beside the page and write that name")
    env.note_dependency(relative)
    if path.suffix.lower() not in SUFFIXES:
        raise ValueError(f"{uri!r} is not an image; use a file that ends in {', '.join(sorted(SUFFIXES))}")
    # List the folder instead of calling is_file(), which would hide a wrong case on case-insensitive file systems.
    # pathlib raises for very long names, os.path does not.
    if not os.path.isdir(path.parent) or path.name not in os.listdir(path.parent):  # noqa: PTH112, PTH208
        raise ValueError(f"there is no image {uri!r}; {_nearest(env.srcdir, path)}")
    size = image_size(path)
    if size is None:
        msg = f"{uri!r} is not a readable image, or has no size; save it again, an SVG with width and height"
        raise ValueError(msg)
    return LocalImage(uri, *size)


def image_size(path: Path) -> tuple[int, int] | None:
    """Return the width and height of an image in CSS pixels; None if the file is not an image, or has no size."""
    if path.suffix.lower() == ".svg":
        try:
            return svg_size(path.read_bytes())
        except OSError:
            return None
    size = get_image_size(path)
    return size if size is not None and min(size) > 0 else None


def _nearest(srcdir: Path, path: Path) -> str:
    """Return a hint with similar names of images in the folder, or else in the project."""
    beside = path.parent.iterdir() if os.path.isdir(path.parent) else ()  # noqa: PTH112 (see above)
    here = sorted(other.name for other in beside if other.suffix.lower() in SUFFIXES)
    near = with_lookalike_notes(path.name, get_close_matches(path.name, here, n=3, cutoff=0.5) or here[:3])
    if near:
        return f"its folder has {', '.join(near)}"
    everywhere = sorted(
        path.relative_to(srcdir).as_posix()
        for folder in sorted(srcdir.glob("[!._]*/"))
        for path in folder.rglob("*")
        if path.suffix.lower() in SUFFIXES
    )
    by_name = {posixpath.basename(name): f"/{name}" for name in everywhere}
    near = [by_name[name] for name in get_close_matches(path.name, by_name, n=3, cutoff=0.5)]
    return f"the project has {', '.join(near)}" if near else "add the file, or correct the name"


class DecodedImages(SphinxTransform):
    """Decodes the file names of images: MyST turns ``día.png`` into ``d%C3%ADa.png``, which is not found."""

    default_priority = 10  # before images are collected

    def apply(self, **_: Any) -> None:
        """Decode names, unless there is a file with the encoded name."""
        for image in self.document.findall(nodes.image):
            uri = image["uri"]
            if "%" in uri and not _is_remote(uri) and not os.path.exists(self.env.relfn2path(uri)[1]):  # noqa: PTH110
                image["uri"] = unquote(uri)


class html_image(nodes.image):  # noqa: N801 (docutils names its nodes in lower case)
    """An image in HTML, with attributes that docutils does not write: its size and ``decoding``."""


class html_frame(nodes.General, nodes.Element):  # noqa: N801
    """The box around the images of a figure in HTML."""


def as_html_image(env: BuildEnvironment, image: nodes.image, **attributes: str) -> html_image:
    """Return an image node for HTML, with its size in pixels and further attributes of ``img``."""
    size = image_size(env.srcdir / image["uri"])
    if size is not None:
        attributes |= {"width": str(size[0]), "height": str(size[1])}
    return html_image(image.rawsource, **{**image.attributes, "img": attributes})


def _visit_html_image(self: HTML5Translator, node: html_image) -> None:
    """Write the ``img`` element; ``width`` and ``height`` prevent layout shift."""
    uri = node["uri"]
    if uri in self.builder.images:
        uri = posixpath.join(self.builder.imgpath, quote(self.builder.images[uri]))
    attributes = {"alt": node["alt"], **node["img"]}
    self.body.append(self.emptytag(node, "img", "\n", src=uri, decoding="async", **attributes))
    raise nodes.SkipNode


def _visit_html_frame(self: HTML5Translator, node: html_frame) -> None:
    self.body.append(self.starttag(node, "div"))


def _depart_html_frame(self: HTML5Translator, _node: html_frame) -> None:
    self.body.append("</div>\n")


class Rasterizer(ImageConverter):
    """Converts images that a builder does not support, such as SVG in LaTeX, to PNG."""

    conversion_rules = [  # noqa: RUF012 (declared so by Sphinx)
        (mimetype, "image/png") for mimetype in sorted({*SUFFIXES.values()} - {"image/png", "image/jpeg"})
    ]

    def __init__(self, document: nodes.document, startnode: nodes.Node | None = None) -> None:
        super().__init__(document, startnode)
        self._made: set[str] = set()  # files converted for this document; many videos share a cover

    def guess_mimetypes(self, node: nodes.image) -> list[str]:
        """Return the type of AVIF, which Sphinx does not know."""
        if node["uri"].lower().endswith(".avif"):
            return [SUFFIXES[".avif"]]
        return list(super().guess_mimetypes(node))

    def match(self, node: nodes.image) -> bool:
        """Return whether an image needs to be converted; browsers support all of these formats."""
        return not is_web(application(self.env).builder) and super().match(node)

    def is_available(self) -> bool:
        """Return true: the libraries are dependencies of the extension."""
        return True

    def handle(self, node: nodes.image) -> None:
        """Convert an image; if that fails, report it and replace it with its alternative text."""
        try:
            super().handle(node)
        except Exception as error:  # noqa: BLE001 (decoders raise anything for damaged files)
            name = node.get("original_uri", node["uri"])
            message = f"image: {name!r} cannot be converted to PNG ({error}); save it as PNG"
            place = image_location(node, self.env.srcdir)
            report(RecapWarning.IMAGE, message, place, lost=True, once=True)
            node.replace_self(image_as_text(node.get("alt") or name, node.parent))

    def convert(self, _from: str | os.PathLike[str], _to: str | os.PathLike[str]) -> bool:
        """Write the image as PNG; an SVG at twice its size, for print, unless it would be too large."""
        if os.fspath(_to) in self._made:
            return True
        if guess_mimetype(Path(_from)) == SUFFIXES[".svg"]:
            zoom = min(2, MAX_DRAWING_SIDE / max(image_size(Path(_from)) or (1,)))
            Path(_to).write_bytes(resvg_py.svg_to_bytes(svg_path=os.fspath(_from), zoom=zoom, dpi=96))
        else:
            with Image.open(_from) as image:
                image.save(_to, format="PNG")
        self._made.add(os.fspath(_to))
        return True


def setup_images(app: Sphinx) -> None:
    """Set up how images are shown and converted."""
    image: Any = (_visit_html_image, None)
    frame: Any = (_visit_html_frame, _depart_html_frame)
    app.add_node(html_image, html=image)
    app.add_node(html_frame, html=frame)
    app.add_transform(DecodedImages)
    app.add_post_transform(Rasterizer)
    app.connect("env-updated", _lower_suffixes, priority=600)  # after all images have names in the output


def _lower_suffixes(app: Sphinx, env: BuildEnvironment) -> None:
    """Give images in books lower-case suffixes; ePub and LaTeX do not support ``.Jpg``."""
    if is_web(app.builder):
        return
    taken = {name for _, name in env.images.values()}
    for path, (docnames, name) in sorted(env.images.items()):
        stem, suffix = posixpath.splitext(name)
        if suffix != suffix.lower():
            numbers = ("", *range(1, len(taken) + 2))
            plain = next(one for number in numbers if (one := f"{stem}{number}{suffix.lower()}") not in taken)
            taken.add(plain)
            env.images[path] = docnames, plain
