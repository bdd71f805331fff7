"""The ``image-card`` directive: an image with a title, a caption and one link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from sphinx_recaps.core.assets import add_page_assets
from sphinx_recaps.core.builders import BookTransform, PageTransform
from sphinx_recaps.core.did_you_mean import did_you_mean
from sphinx_recaps.core.figure import ALIGN, WIDTH, build_figure, figures, image_as_text
from sphinx_recaps.core.link_schemes import NEVER, allowed_schemes, scheme_of
from sphinx_recaps.core.options import CLASS, NAME, Argument, Option, RecapDirective, Usage, choice, flag
from sphinx_recaps.core.warnings import RecapWarning, report
from sphinx_recaps.data.fields import describe_schemes, web_address
from sphinx_recaps.images.local import as_html_image, find_image, html_frame
from sphinx_recaps.registry.domain import recap_domain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

FIGURE = "recap-card"
LIGHT, DARK = "only-light", "only-dark"  # CSS classes of themes with a dark mode


def link(argument: str) -> str:
    """Convert the option ``link``: a page, a label, or an address with a safe scheme. Raises ValueError."""
    target = directives.unchanged_required(argument).strip()
    scheme, colon, _rest = target.partition(":")
    if colon and scheme_of(target) in NEVER:
        msg = f"{target!r} uses the scheme {scheme}; write a page, a label, or an address with https, http or mailto"
        raise ValueError(msg)
    return web_address(target) if scheme.lower() in {"http", "https"} else target


OPTIONS = {
    "alt": Option(
        directives.unchanged,
        "The alternative text, for people who cannot see the image. Every image needs it, or `:decorative:`.",
        write="a sentence",
        example="A wall of 71 small posters",
    ),
    "decorative": flag("Marks the image as decorative, so that screen readers skip it."),
    "title": Option(
        directives.unchanged_required, "The title, which is the text of the link.", write="text", example="Thank you"
    ),
    "link": Option(
        link,
        "The target of the card.",
        write="a page, a label, or an address with https, http or mailto",
        example="/recaps/index",
    ),
    "dark": Option(
        directives.unchanged_required,
        "The same image for the dark mode of a theme.",
        write="an image, as in the argument",
        example="images/thank-you-dark.svg",
    ),
    "credit": Option(
        directives.unchanged_required,
        "Who made the image, and its licence.",
        write="text, with links",
        example="Drawn for this site, CC BY 4.0",
    ),
    "align": ALIGN,
    "width": WIDTH,
    "class": CLASS,
    "name": NAME,
    "loading": choice(
        ("lazy", "eager"),
        "Whether browsers load the image when the reader scrolls near it (`lazy`) or at once (`eager`).",
        default="`eager` for the first image of a page, unless it has a `dark` one, else `lazy`",
    ),
}


class ImageCardDirective(RecapDirective):
    """A local image with its alternative text, a title, a link, a credit and a caption."""

    usage = Usage(
        "An image with a title, a caption and one link.",
        Argument(
            "The image: PNG, JPEG, GIF, WebP, AVIF or SVG.",
            write="a file, relative to the page or, with a leading `/`, to the source folder",
            example="images/thank-you.svg",
        ),
        OPTIONS,
        "The caption.",
    )

    def run(self) -> list[nodes.Node]:
        """Return the figure; its text replaces an image that cannot be shown."""
        title = self.options.get("title", "")
        content = self.parse_content_to_nodes()
        alt = self._alt()
        images: list[nodes.Node] = list(self._images(alt)) or [image_as_text(alt or self.arguments[0], None)]
        link = self._link()
        if link and not (title or alt):
            problem = "the link has no text for people who cannot see the image; write :title: Where it goes"
            self.report(RecapWarning.CARD_LINK, problem)
        figure = build_figure(self, FIGURE, images, title, [*content, *self._credit()])
        if link:
            figure["link"] = link
            recap_domain(self.env).note_target("any", link)
        if "loading" in self.options:
            figure["loading"] = self.options["loading"]
        return [figure]

    def _link(self) -> str:
        """Return the target of the card; '', after reporting an error, if its scheme is not allowed."""
        link: str = self.options.get("link", "")
        allowed = allowed_schemes(self.config.recap_link_schemes)
        if scheme_of(link) in {"", *allowed}:
            return link
        schemes = describe_schemes(allowed)
        problem = f"{link!r} uses the scheme {scheme_of(link)}; write a page, a label, or an address with {schemes}"
        self.report(RecapWarning.CARD_LINK, f"{problem}, or allow this one in recap_link_schemes", lost=True)
        return ""

    def _alt(self) -> str:
        alt: str = " ".join(self.options.get("alt", "").split())
        if alt and "decorative" in self.options:
            self.report(RecapWarning.IMAGE_ALT, "it has both :alt: and :decorative:; remove one of them")
        elif alt and alt == self.arguments[0].rpartition("/")[2]:
            problem = "the alternative text is the file name; write :alt: What the image shows"
            self.report(RecapWarning.IMAGE_ALT, problem)
        elif not alt and "decorative" not in self.options:
            problem = (
                "it has no alternative text; write :alt: What the image shows, or :decorative: if it conveys nothing"
            )
            self.report(RecapWarning.IMAGE_ALT, problem)
        return alt

    def _images(self, alt: str) -> Iterator[nodes.image]:
        dark = self.options.get("dark")
        for uri, theme in ((self.arguments[0], LIGHT if dark else None), (dark, DARK)):
            if uri is None:
                continue
            try:
                image_file = find_image(self.env, uri)
            except ValueError as error:
                self.report(RecapWarning.IMAGE, str(error), lost=True)
                continue
            image = nodes.image("", uri=image_file.uri, alt=alt, classes=[theme] if theme else [])
            self.set_source_info(image)
            yield image

    def _credit(self) -> Iterator[nodes.paragraph]:
        if "credit" in self.options:
            children, messages = self.parse_inline(self.options["credit"])
            credit = nodes.paragraph(self.options["credit"], "", *children, *messages, classes=["recap-card-credit"])
            self.set_source_info(credit)
            yield credit


class CardLinks(SphinxPostTransform):
    """Creates a reference for the link of a card, around its title or, without a title, its image."""

    default_priority = 5  # before references are resolved, and after the title has been translated

    def run(self, **_kwargs: Any) -> None:
        """Create the reference of each card with a link."""
        for figure in figures(self.document, FIGURE):
            if "link" in figure and any(figure.findall(nodes.image)):
                self._link(figure, figure["link"])

    def _link(self, figure: nodes.figure, target: str) -> None:
        caption = next((child for child in figure if isinstance(child, nodes.caption)), None)
        if caption is not None:
            caption[:] = [self._reference(figure, target, caption.astext())]
        else:  # resolved as text, because Sphinx drops images in references; LinkedImages restores them
            figure.insert(0, self._reference(figure, target, "image"))

    def _reference(self, figure: nodes.figure, target: str, text: str) -> nodes.Element:
        content = nodes.inline(text, text)
        if scheme_of(target) in allowed_schemes(self.config.recap_link_schemes):
            return nodes.reference("", "", content, refuri=target, internal=False)
        for suffix in self.config.source_suffix:
            target = target.removesuffix(suffix)
        reference = addnodes.pending_xref(
            "", content, refdomain="", reftype="any", reftarget=target, refdoc=self.env.docname, refexplicit=True
        )
        reference["refwarn"] = True
        reference["recap_card"] = True
        reference.source, reference.line = figure.source, figure.line
        return reference


class LinkedImages(SphinxPostTransform):
    """Moves the resolved link of a card without a title to its images."""

    default_priority = 12  # after the references are resolved

    def run(self, **_kwargs: Any) -> None:
        """Replace the resolved text by the images."""
        for figure in figures(self.document, FIGURE):
            if "link" in figure and not isinstance(figure[0], nodes.image):
                resolved = figure.pop(0)
                if not isinstance(resolved, nodes.reference):
                    continue
                for image in [child for child in figure if isinstance(child, nodes.image)]:
                    image.replace_self(nodes.reference("", "", image.deepcopy(), **resolved.attributes))


def _warn_missing(app: Sphinx, _domain: object, node: addnodes.pending_xref) -> bool | None:
    """Report a missing page or label, and suggest similar ones."""
    if not node.get("recap_card"):
        return None
    target = node["reftarget"]
    hint = did_you_mean(target.strip("/"), _targets(app.env), "write a page (/folder/page), a label or an address")
    report(RecapWarning.CARD_LINK, f"image-card: there is no page or label {target!r}; {hint}", node)
    return True


def _targets(env: BuildEnvironment) -> list[str]:
    return [*(f"/{name}" for name in sorted(env.found_docs)), *sorted(env.domains.standard_domain.labels)]


class LightImages(BookTransform):
    """Removes images for a dark mode from books, which do not have one."""

    default_priority = 5

    def run(self, **_kwargs: Any) -> None:
        """Remove the second image of each card that has two."""
        for figure in figures(self.document, FIGURE):
            for image in [node for node in figure.findall(nodes.image) if DARK in node["classes"]]:
                figure.remove(image)


class CardImagesInHtml(PageTransform):
    """Adds sizes to images, and loads only the first one of a page eagerly."""

    default_priority = 30  # after the references are resolved

    def run(self, **_kwargs: Any) -> None:
        """Put the images of each card into one box."""
        for number, figure in enumerate(figures(self.document, FIGURE)):
            images = list(figure.findall(nodes.image))
            # One image of a pair is hidden, and browsers load hidden images unless they are lazy.
            loading = figure.get("loading", "lazy" if number or len(images) > 1 else "eager")
            for image in images:
                image.replace_self(as_html_image(self.env, image, loading=loading))
            shown = [child for child in figure if isinstance(child, nodes.image | nodes.reference)]
            figure[: len(shown)] = [html_frame("", *shown, classes=["recap-card-images"])]


def setup_image_card(app: Sphinx) -> None:
    """Set up the directive, its rendering and style sheet."""
    app.add_directive("image-card", ImageCardDirective)
    app.add_post_transform(CardLinks)
    app.add_post_transform(LinkedImages)
    app.add_post_transform(LightImages)
    app.add_post_transform(CardImagesInHtml)
    app.connect("warn-missing-reference", _warn_missing)
    add_page_assets(app, lambda doctree: any(figures(doctree, FIGURE)), "recap-card.css")
