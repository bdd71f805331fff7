"""Finds the copy of an address in the Wayback Machine that is nearest to a time: https://archive.org/help/wayback_api.php."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import requests

from sphinx_recaps.cli.http import RequestError
from sphinx_recaps.data.fields import copy_time, quote

if TYPE_CHECKING:
    from sphinx_recaps.cli.http import Client

SERVICE = "https://archive.org/wayback/available"


class AddressError(RequestError):
    """The address is invalid."""


def find_copy(client: Client, service: str, url: str, near: str) -> str | None:
    """Return the time (14 digits) of the copy nearest to the time ``near`` (up to 14 digits), or None if there is none.

    The service finds some copies only without ``https://``, https://github.com/internetarchive/wayback/issues/296,
    so both forms are tried. Raises the errors of the client, and AddressError.
    """
    try:
        ascii_url = requests.Request("GET", url).prepare().url or url  # in ASCII, as browsers send it
    except (requests.RequestException, ValueError) as error:
        raise AddressError("has no copy of an address that does not work; correct it") from error
    for form in (ascii_url, ascii_url.partition("://")[2]):
        time = client.read(service, _time, {"url": form, "timestamp": near})
        if time is not None:
            return time
    return None


def _checked(time: str) -> str:
    try:
        return copy_time(time)
    except ValueError as error:
        raise ValueError(f"names {quote(time)} as the time of a copy") from error


def _time(body: bytes) -> str | None:
    """Return the time of the copy in a response; None if it has no copy, or only one of an error page."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ValueError("answers with something that is not JSON") from error
    match answer:
        case {"archived_snapshots": {"closest": {"available": True, "status": status, "timestamp": time}}}:
            return _checked(str(time)) if str(status) == "200" else None
        case {"archived_snapshots": {"closest": {"available": False}}}:
            return None
        case {"archived_snapshots": ({} | []) as nothing} if not nothing:
            return None
    raise ValueError("answers in a form that its documentation does not have")
