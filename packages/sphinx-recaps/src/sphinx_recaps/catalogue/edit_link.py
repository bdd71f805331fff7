"""The address at which readers can correct a data file, from the settings that themes use for “Edit this page”."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sphinx.config import Config

_HOSTS = {
    "github": ("https://github.com", "edit"),
    "gitlab": ("https://gitlab.com", "-/edit"),
}


def edit_address(config: Config, path: str, line: int) -> str:
    """Return the address for editing a line of a file of the source folder; '' if the project names no repository.

    Settings are those of pydata-sphinx-theme and sphinx_rtd_theme (``html_context``), and of furo and
    sphinx-book-theme (``html_theme_options``).
    """
    options, context = config.html_theme_options, config.html_context
    if options.get("use_edit_page_button") is False:
        return ""
    for host, (address, action) in _HOSTS.items():
        user, repository = context.get(f"{host}_user"), context.get(f"{host}_repo")
        if user and repository:
            base = f"{str(context.get(f'{host}_url') or address).rstrip('/')}/{user}/{repository}"
            folder = context.get("doc_path") or context.get("conf_py_path")
            return _address(base, action, context.get(f"{host}_version"), folder, f"{path}#L{line}")
    base = str(options.get("source_repository") or options.get("repository_url") or "").rstrip("/")
    action = "-/edit" if "gitlab" in base else "edit"
    return _of_options(options, base, action, f"{path}#L{line}") if base else ""


def _of_options(options: Mapping[str, str], base: str, action: str, file: str) -> str:
    branch = options.get("source_branch") or options.get("repository_branch")
    return _address(base, action, branch, options.get("source_directory") or options.get("path_to_docs"), file)


def _address(base: str, action: str, branch: object, folder: object, file: str) -> str:
    parts = (base, action, str(branch or "main"), str(folder or "").strip("/"), quote(file, safe="/#"))
    return "/".join(part for part in parts if part)
