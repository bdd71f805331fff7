"""Every warning that the extension can give, each with the sentence that documents it.

A project silences one with ``suppress_warnings = ["recap.video_title"]`` in its ``conf.py``.
"""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.util import logging

if TYPE_CHECKING:
    from docutils.nodes import Node
    from sphinx.application import Sphinx

logger = logging.getLogger(__name__)


class RecapWarning(Enum):
    """The subtypes of the warning type ``recap``: name, when it is given, and what to do then."""

    VIDEO_ADDRESS = (
        "video_address",
        "The argument of `youtube` names no video or playlist.",
        "Copy the address of the video from the browser, not that of a channel or a search.",
    )
    VIDEO_TITLE = (
        "video_title",
        "A video has no title, so screen readers and lists have no name for it.",
        "Write `:title: What is shown`.",
    )
    VIDEO_TIME = (
        "video_time",
        "The start, end or duration of a video is not a time, or they contradict each other.",
        "Write times as `1:30` or `1:02:03`, the start before the end, both within the duration.",
    )
    VIDEO_CHAPTERS = (
        "video_chapters",
        "A list of chapters has an item without a time, or a time that is not later than the one before.",
        "Begin every item of the list with its time, in the order of the video.",
    )
    IMAGE = (
        "image",
        "An image is remote, missing, outside the project, or not an image.",
        "Put the picture beside the page and write its name; the message names those that are there.",
    )
    IMAGE_ALT = (
        "image_alt",
        "An image has no alternative text for those who cannot see it.",
        "Write `:alt: What the picture says`, or `:decorative:` if it says nothing.",
    )
    ADDRESS = (
        "address",
        "A link begins with something that `recap_link_schemes` does not allow; its text is shown without the link.",
        "Write an address with one of these; write names of programs and files as `code`.",
    )
    DOWNLOAD = (
        "download",
        "A download is a folder, or could run scripts as this site when it is opened; only its text is shown.",
        "Pack folders and HTML, SVG and XML files into a `.zip`, or show their text with `literalinclude`.",
    )
    META = (
        "meta",
        "The metadata of a page would act on its readers, as a redirect does; it is left out.",
        "Describe the page with `name` or `property` and `content` only.",
    )
    IMAGE_SIZE = (
        "image_size",
        "An image is heavier, or has more pixels, than a page can use.",
        "Save it as WebP or AVIF, at most 2000 px wide.",
    )
    IMAGE_FORMAT = (
        "image_format",
        "An image is in a format that browsers do not show.",
        "Save it as WebP, AVIF, PNG or JPEG, or a drawing as SVG.",
    )
    IMAGE_SVG = (
        "image_svg",
        "An SVG image has a script, loads something from elsewhere, or is not well-formed.",
        "Export it again as plain SVG, or save it as PNG.",
    )
    IMAGE_COPY = (
        "image_copy",
        "The list of fetched images has a mistake, or a file of it is missing or was changed.",
        "Do what the message says, then run `sphinx-recaps images`.",
    )
    LINKS = (
        "links",
        "The setting `recap_links` names a file that is not there.",
        "Write the path of the file from the source folder, such as `links.yaml`, or remove the setting.",
    )
    CARD_LINK = (
        "card_link",
        "The link of a card goes to no page, label or allowed address, or has no text.",
        "Write a page, a label or an address into `:link:`, and a `:title:` to carry the link.",
    )
    EVENT = (
        "event",
        "The facts of an event have no data file or no page, or name an unknown time zone.",
        "Check the name of the file; write a time zone as the tz database does, `America/Los_Angeles`, or in words.",
    )
    DATA = (
        "data",
        "A data file has a mistake. The message gives the place, what is wrong, and what to write instead.",
        "Go to the line and column, and write what the message says. What could be read is shown meanwhile.",
    )
    TOCTREE = (
        "toctree",
        "The toctree of a page names a page that is above it, so the contents would have no end.",
        "Remove the page from one of the two toctrees.",
    )
    UNSHOWN = (
        "unshown",
        "A data file is beside pages, and no page shows it.",
        "Show it with the directive that the message names, or remove the file.",
    )
    CATALOGUE = (
        "catalogue",
        "A list has no data file, or an option that names nothing in it.",
        "Check the name of the file, and the topic, person or page that the option names.",
    )
    REFERENCE = (
        "reference",
        "A reference goes to no entry, person, topic or event, or could mean several.",
        "Write the name as the message suggests; `event/id` says of which event the entry is.",
    )
    DUPLICATE = (
        "duplicate",
        "Two files of an event have an entry of the same kind and id.",
        "Give the newer entry another id; a published id stays.",
    )
    PERSON_SPELLING = (
        "person_spelling",
        "The same person is spelt in two ways in different files.",
        "Write the name as the person spells it, in every file.",
    )
    TOPIC_SPELLING = (
        "topic_spelling",
        "Topics in different files differ only by case, spelling or punctuation.",
        "Write the topic in one way in every file.",
    )
    NAME_SPELLING = (
        "name_spelling",
        "Two names in data files are nearly the same.",
        "Write the name in one way; if they are two people, list both in `recap_known_names`.",
    )
    NAME_LIST = (
        "name_list",
        "A list has several names as one, a name cut at its comma, or a character in the form of HTML.",
        "Separate names with commas or semicolons, and write a name that has a comma in quotes.",
    )
    NUMBERS = (
        "numbers",
        "A number of an event is lower than what the data files beside it list.",
        "Raise the number in `event.yaml`, and in the text of pages. A higher one is fine: not all may be known.",
    )
    LEFTOVER = (
        "leftover",
        "A block of Markdown has no end, or marks of Markdown are shown as text.",
        "End the block with its own marks on a line; write marks that are meant to be seen as `code`.",
    )
    ENCODING = (
        "encoding",
        "A page is not saved as UTF-8, so some of its letters may be wrong.",
        "Save the file as UTF-8; most editors offer this where they save under another name.",
    )
    RULE = (
        "rule",
        "A page breaks a rule that `recap_rules` in `conf.py` switches on for this site.",
        "Write what the message says, such as an archived copy beside a link.",
    )
    INDEX = (
        "index_page",
        "A page has the name of the index of people or topics, so that index cannot be written.",
        "Rename the page.",
    )
    GUIDE = (
        "directive_reference",
        "The directive reference has no such part, no example of a directive or role, or a mistake in one.",
        "Write one of its parts; put an example, a file with the name of the directive or role, into the folder.",
    )

    def __init__(self, subtype: str, description: str, advice: str) -> None:
        self.subtype = subtype
        self.description = description
        self.advice = advice


def setting_location(app: Sphinx, name: str) -> str:
    """Return where a setting is in ``conf.py``: its first line there, or the first line of the file."""
    path = Path(app.confdir, "conf.py")
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.is_file() else []
    number = next((number for number, line in enumerate(lines, 1) if line.lstrip().startswith(name)), 1)
    return f"{path}:{number}"


def report(
    kind: RecapWarning,
    message: str,
    location: Node | str | tuple[str, int],
    *,
    lost: bool = False,
) -> None:
    """Log a mistake at its place.

    ``lost`` says that something of the page is not shown: the message is then an error, else a warning.
    Both make a build with ``-W`` fail.
    """
    log = logger.error if lost else logger.warning
    log(message, type="recap", subtype=kind.subtype, location=location)
