"""The settings of the pass, as it uses them."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx_lean.files import digest
from sphinx_lean.profiles import NO_PROFILE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sphinx_lean.profiles import Profile

# What the result depends on besides the pass itself.
_LIBRARIES = ("brotli", "fonttools", "pillow", "rjsmin", "selectolax", "tinycss2", "uharfbuzz")


@dataclass(frozen=True)
class Settings:
    """The configuration.

    ``policy`` are further sources by directive; with None, pages get no policy. ``keep`` are names that style sheets
    keep. ``headers`` is how policies are exported as headers, for a site at ``baseurl``. ``jobs`` is the number of
    processes.
    """

    title: str
    policy: Mapping[str, str] | None
    profile: Profile = field(default=NO_PROFILE, repr=False)
    scripts: bool = True
    styles: bool = True
    icons: bool = True
    pictures: bool = True
    keep: tuple[str, ...] = ()
    headers: str = ""
    baseurl: str = ""
    encoding: str = "utf-8"
    jobs: int = field(default=1, repr=False)

    @property
    def moves_styles(self) -> bool:
        """Whether style attributes, which the policy does not allow, become rules of a style sheet."""
        return self.styles and self.policy is not None

    def fingerprint(self) -> str:
        """Return a digest of everything that the result depends on besides the site."""
        files = (path for path in sorted(Path(__file__).parent.rglob("*")) if path.suffix in {".js", ".py"})
        code = [digest(path.read_bytes()) for path in files]
        return digest(f"{self!r}{self.profile.theme}{[*map(version, _LIBRARIES)]}{code}")
