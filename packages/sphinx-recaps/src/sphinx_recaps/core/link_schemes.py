"""The URL schemes that links may use; never one that can run a script."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

NEVER = frozenset({"blob", "data", "filesystem", "javascript", "vbscript"})  # can run or hide a script

# Like browsers, skip leading control characters and spaces, and tabs and line ends anywhere.
LEADING = re.compile(r"\A[\x00-\x20]+")
_IGNORED = re.compile(r"[\t\n\r]")
SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")


def scheme_of(address: str) -> str:
    """Return the scheme of an address in lower case, as a browser would read it; '' if there is none."""
    match = SCHEME.match(_IGNORED.sub("", LEADING.sub("", address)))
    return match.group(1).lower() if match else ""


def allowed_schemes(setting: Iterable[object]) -> frozenset[str]:
    """Return the valid schemes in the setting ``recap_link_schemes``, in lower case, without unsafe ones."""
    named = {str(scheme).lower().rstrip(":/") for scheme in setting}
    return frozenset(scheme for scheme in named - NEVER if SCHEME.fullmatch(f"{scheme}:"))
