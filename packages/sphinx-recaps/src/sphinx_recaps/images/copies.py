"""Finds the local copies of images whose address is in a data file.

A page depends on the list of copies of its data file's folder (:mod:`sphinx_recaps.images.manifest`): when
``sphinx-recaps images`` has written it, only the pages that show these entries are read again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from sphinx_recaps.core.warnings import RecapWarning, report
from sphinx_recaps.images.manifest import FOLDER, NAME, read_list
from sphinx_recaps.incremental.inputs import note_absent

if TYPE_CHECKING:
    from sphinx.environment import BuildEnvironment

    from sphinx_recaps.images.manifest import Contents, StoredPicture


def local_copy(env: BuildEnvironment, folder: str, address: str) -> StoredPicture | None:
    """Return the copy of an image for the data files of a folder, relative to the source folder; None if there is none.

    A copy that differs from what was fetched is reported, but still shown.
    """
    contents = _contents(env, folder)
    copy = contents.pictures.get(address)
    if copy is None:
        return None
    place, lost = copies_in(folder), False
    for file in copy.files:
        env.note_dependency(f"{place}/{file.file}")
        trouble = file.trouble(env.srcdir / place)
        if trouble is None:
            continue
        missing = not (env.srcdir / place / file.file).is_file()
        lost = lost or missing
        message = f"{file.file}, the copy of {address}, {trouble}; run `sphinx-recaps images` to fetch it again"
        report(RecapWarning.IMAGE_COPY, message, f"{place}/{NAME}:{contents.lines[address]}", lost=missing)
    return None if lost else copy


def copies_in(folder: str) -> str:
    """Return the folder with the copies for the data files of a folder; both are relative to the source folder."""
    return f"{folder}/{FOLDER}".lstrip("/")


def _contents(env: BuildEnvironment, folder: str) -> Contents:
    """Return the list of copies for a folder; it is read, and its mistakes are reported, once for each page."""
    known = cast("dict[str, Contents]", env.current_document.setdefault("recap_copies", {}))
    if folder not in known:
        name = f"{copies_in(folder)}/{NAME}"
        path = env.srcdir / name
        if path.is_file():
            env.note_dependency(name)
        else:
            note_absent(env, name)
        known[folder] = read_list(path)
        for problem in known[folder].problems:
            report(RecapWarning.IMAGE_COPY, problem.message, problem.location(name), lost=True)
    return known[folder]
