"""Which schemes the addresses of links may have; never one that can run a script."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

NEVER = frozenset({"blob", "data", "filesystem", "javascript", "vbscript"})  # these can run scripts, or hide one

# As browsers read an address: they skip control characters and spaces in front, and tabs and line ends.
LEADING = re.compile(r"\A[\x00-\x20]+")
_IGNORED = re.compile(r"[\t\n\r]")
SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")


def scheme_of(address: str) -> str:
    """Return the scheme of an address in lower case, as a browser would find it; '' where it has none."""
    match = SCHEME.match(_IGNORED.sub("", LEADING.sub("", address)))
    return match.group(1).lower() if match else ""


def allowed_schemes(setting: Iterable[object]) -> frozenset[str]:
    """Return the schemes of the setting ``recap_link_schemes`` in lower case, without those that can run a script."""
    named = {str(scheme).lower().rstrip(":/") for scheme in setting}
    return frozenset(scheme for scheme in named - NEVER if SCHEME.fullmatch(f"{scheme}:"))
