"""What the pass knows of the scripts of a theme, with the versions that it was tested with.

Without a profile, scripts stay as they are. To add one, write a module like ``pydata.py``, and list it here.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from packaging.specifiers import SpecifierSet

from sphinx_lean.profiles import pydata, sphinx
from sphinx_lean.profiles.profile import Profile

__all__ = ["NO_PROFILE", "PROFILES", "Profile", "profile_of"]

PROFILES = (sphinx.PROFILE, pydata.PROFILE)
NO_PROFILE = Profile(theme="", versions={}, options="", bundled=(), globals=frozenset())


def profile_of(theme: str) -> tuple[Profile | None, str]:
    """Return the profile of a theme; None with the reason if there is none for the installed versions."""
    profile = next((one for one in PROFILES if one.theme == theme), None)
    if profile is None:
        return None, f"has no profile for the theme {theme}"
    for name, tested in profile.versions.items():
        try:
            installed = version(name)
        except PackageNotFoundError:
            installed = ""
        if not installed or not SpecifierSet(tested).contains(installed, prereleases=True):
            return None, f"was tested with {name} {tested}, not with {installed or 'a copy of it'}"
    return profile, ""
