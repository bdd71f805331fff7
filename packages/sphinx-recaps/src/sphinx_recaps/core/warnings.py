"""Every warning of the extension, with its documentation.

A project silences one with ``suppress_warnings = ["recap.video_title"]`` in its ``conf.py``.
"""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.util import logging
from sphinx.util.nodes import traverse_parent

if TYPE_CHECKING:
    from collections.abc import Callable

    from sphinx.application import Sphinx

logger = logging.getLogger(__name__)


class RecapWarning(Enum):
    """The subtypes of the warning type ``recap``, each with its cause and what to do."""

    VIDEO_ADDRESS = (
        "The argument of `youtube` is not the address or id of a video or playlist.",
        "Copy the address of the video from the browser; channel and search addresses do not work.",
    )
    VIDEO_TITLE = (
        "A video has no title, so screen readers and lists have no name for it.",
        "Write `:title: What is shown`.",
    )
    VIDEO_TIME = (
        "The start, end or duration of a video is not a time, or they contradict each other.",
        "Write times as `1:30` or `1:02:03`, the start before the end, both within the duration.",
    )
    VIDEO_CHAPTERS = (
        "A list of chapters has an item without a time, or a time that is not later than the one before.",
        "Start every item with its time, in the order of the video.",
    )
    TRANSCRIPT = (
        "A subtitle file does not exist or has a mistake. The message says where, what is wrong, and what to write.",
        "Correct it at the line in the message. Until then, everything that could be read is shown.",
    )
    IMAGE = (
        "An image is remote, missing, outside the project, or not an image.",
        "Put the image beside the page and write its file name; the message lists the images there.",
    )
    IMAGE_ALT = (
        "An image has no alternative text for people who cannot see it.",
        "Write `:alt: What the image shows`, or `:decorative:` if it conveys nothing.",
    )
    ADDRESS = (
        "A link uses a scheme that `recap_link_schemes` does not allow; its text is shown without the link.",
        "Use an allowed scheme. Write names of programs and files as `code`.",
    )
    DOWNLOAD = (
        "A download is a folder, or could run scripts on this site when opened; its text is shown without the link.",
        "Pack folders and HTML, SVG and XML files into a `.zip`, or show their text with `literalinclude`.",
    )
    META = (
        "The metadata of a page would act on its readers, such as a redirect; it is left out.",
        "Use only `name` or `property`, with `content`.",
    )
    IMAGE_SIZE = (
        "An image file is too large, or has more pixels than a page can use.",
        "Save it as WebP or AVIF, at most 2000 px wide.",
    )
    IMAGE_FORMAT = (
        "An image is in a format that browsers do not show.",
        "Save it as WebP, AVIF, PNG or JPEG, or a drawing as SVG.",
    )
    IMAGE_SVG = (
        "An SVG image contains a script, loads an external resource, or is not well-formed.",
        "Export it again as plain SVG, or save it as PNG.",
    )
    IMAGE_COPY = (
        "The list of fetched images has a mistake, or one of its files is missing or was changed.",
        "Follow the message, then run `sphinx-recaps images`.",
    )
    LINKS = (
        "The file in the setting `recap_links` does not exist.",
        "Write its path relative to the source folder, such as `links.yaml`, or remove the setting.",
    )
    PEOPLE = (
        "The file in the setting `recap_people` does not exist.",
        "Write its path relative to the source folder, or remove the setting for `people.yaml`.",
    )
    CARD_LINK = (
        "The link of a card goes to no page, label or allowed address, or has no text.",
        "Write a page, a label or an address in `:link:`, and a `:title:` as the text of the link.",
    )
    EVENT = (
        "The data file or the page of an event does not exist, or its time zone is unknown.",
        "Check the file name. Write a time zone from the tz database, such as `America/Los_Angeles`, or words.",
    )
    DATA = (
        "A data file has a mistake. The message says where, what is wrong, and what to write instead.",
        "Correct it at the line and column in the message. Until then, everything that could be read is shown.",
    )
    TOCTREE = (
        "The toctree of a page lists one of its ancestors, so the table of contents would be endless.",
        "Remove the page from one of the two toctrees.",
    )
    UNSHOWN = (
        "A data file is beside pages, but no page shows it.",
        "Show it with the directive in the message, or remove the file.",
    )
    CATALOGUE = (
        "The data file of a list does not exist, or an option matches none of its entries.",
        "Check the file name, and the topic, person or page in the option.",
    )
    REFERENCE = (
        "No entry, person, topic or event has the name in a reference, or several have.",
        "Write the name as the message suggests; `event/id` refers to an entry of a specific event.",
    )
    DUPLICATE = (
        "Two files of an event have an entry with the same kind and id.",
        "Give the newer entry another id; never change a published one.",
    )
    FORMER = (
        "`was` names an address that still exists or is invalid, or two places name the same one.",
        "Keep a former name in one place, where its address should lead, and only while nothing else has it.",
    )
    GONE = (
        "What was published on the main branch is gone, and no `was` says what replaced it.",
        "Write the `was` in the message, so that the old address goes to the new one.",
    )
    PERSON_SPELLING = (
        "The name of a person is spelt differently in different files.",
        "Write the name as the person spells it, in every file, or list other spellings under `also` in `people.yaml`.",
    )
    TOPIC_SPELLING = (
        "Topics in different files differ only by case, spelling or punctuation.",
        "Use one spelling in every file, or list the others under `also` in the `topics` of `people.yaml`.",
    )
    NAME_SPELLING = (
        "Two names in data files are nearly identical.",
        "Use one spelling, or list the others under `also` in `people.yaml`; two people have a record with links each.",
    )
    KINDS = (
        "The setting `recap_kinds` declares a kind that cannot be used.",
        "Write a name in lower case with its singular and plural.",
    )
    NAME_LIST = (
        "In a list, several names are written as one, a name is split at its comma, or a name has an HTML entity.",
        "Separate names with commas or semicolons, and quote a name that contains a comma.",
    )
    NUMBERS = (
        "A number of an event is lower than the number of entries in the data files beside it.",
        "Raise the number in `event.yaml` and on pages. A higher number is fine: not every entry may be known.",
    )
    LEFTOVER = (
        "A Markdown block is not closed, or Markdown syntax is shown as text.",
        "Close the block with its own fence on a line. Write syntax that readers should see as `code`.",
    )
    ENCODING = (
        "A page is not saved as UTF-8, so some characters may be wrong.",
        "Save the file as UTF-8; most editors offer this in “Save as”.",
    )
    RULE = (
        "A page breaks a rule that `recap_rules` in `conf.py` turns on.",
        "Follow the message, such as adding an archived copy beside a link.",
    )
    INDEX_PAGE = (
        "A page has the name of the index of people or topics, or `recap_indices` has an invalid item.",
        "Rename the page, or correct the setting.",
    )
    SEARCH = (
        "Pagefind, which makes the index of the search, failed.",
        "Install it again: `pip install --force-reinstall sphinx-recaps[search]`.",
    )
    PUBLISH = (
        "The setting `recap_publish` has an unknown format, or two published files would have the same name.",
        "Write one of the names in the message; rename one of the data files.",
    )
    DIRECTIVE_REFERENCE = (
        "The directive `recap-reference` has an unknown part, or an example is missing or has a mistake.",
        "Write one of its parts; add an example file, named after the directive or role, to the folder.",
    )

    def __init__(self, description: str, advice: str) -> None:
        self.subtype = self.name.lower()
        self.description = description
        self.advice = advice


def setting_location(app: Sphinx, name: str) -> str:
    """Return the location of a setting, ``conf.py:line``; line 1 if it is not set there."""
    path = Path(app.confdir, "conf.py")
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.is_file() else []
    number = next((number for number, line in enumerate(lines, 1) if line.lstrip().startswith(name)), 1)
    return f"{path}:{number}"


def report(
    kind: RecapWarning,
    message: str,
    location: nodes.Node | str | tuple[str, int],
    *,
    lost: bool = False,
    once: bool = False,
) -> None:
    """Log a mistake at its location; a message that is the same for several pages only ``once``.

    It is an error if some content is ``lost`` (not shown), else a warning. Both make a build with ``-W`` fail.
    """
    if isinstance(location, nodes.Element):  # inline nodes from Markdown have no line of their own
        location = next((node for node in traverse_parent(location) if node.line), location)
    log = logger.error if lost else logger.warning
    log(message, type="recap", subtype=kind.subtype, location=location, once=once)


def report_setting(app: Sphinx, name: str, kind: RecapWarning, message: str) -> None:
    """Log a mistake in a setting at its line in ``conf.py``."""
    report(kind, message, setting_location(app, name))


def keep_valid_items(
    app: Sphinx, name: str, kind: RecapWarning, find_mistake: Callable[[object, object], str]
) -> dict[str, Any]:
    """Return the items of a setting, a dict, in which ``find_mistake`` finds none; the others are reported."""
    valid = {}
    for key, value in app.config[name].items():
        if mistake := find_mistake(key, value):
            report_setting(app, name, kind, f"{name}: {mistake}")
        else:
            valid[key] = value
    return valid
