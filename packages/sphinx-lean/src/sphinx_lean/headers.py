"""The policies of pages as HTTP headers, for hosts that send headers: they can do more than a ``meta`` element.

Only a header can say who may frame a page, where violations are reported, or that they are merely reported.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MODES = {"enforce": "Content-Security-Policy", "report-only": "Content-Security-Policy-Report-Only"}
ONLY = ("frame-ancestors", "report-to", "report-uri", "sandbox")  # directives that a meta element cannot have
FILES = ("_headers", "lean-headers.conf")
_OTHERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "strict-origin-when-cross-origin"}


def headers(policies: Mapping[str, list[str]], more: Mapping[str, str], mode: str, root: str) -> tuple[str, str]:
    """Return a file ``_headers`` for Netlify and Cloudflare Pages, and a part of a configuration for nginx.

    ``policies`` are those of each page, ``more`` are further sources by directive, ``root`` is the path of the site.
    """
    name = MODES[mode]
    every = "; ".join(f"{key} {value}" for key, value in {ONLY[0]: "'self'", **more}.items() if key in ONLY)
    lines = [f"{root}*", *(f"  {key}: {value}" for key, value in {**_OTHERS, name: every}.items())]
    table = []
    for path, some in sorted(policies.items()):
        policy = ", ".join(some)
        for address in _addresses(path):
            lines += [f"{root}{address}", f"  {name}: {policy}"]
        table.append(f'    "{root}{path}" "{every}, {policy}";')
    nginx = [
        "# Include this file in the http block, with map_hash_bucket_size 512; and in the server block, write:",
        f"#   add_header {name} $lean_policy;",
        *(f"#   add_header {key} {value};" for key, value in _OTHERS.items()),
        "map $uri $lean_policy {",
        f'    default "{every}";',
        *table,
        "}",
    ]
    return "\n".join(lines) + "\n", "\n".join(nginx) + "\n"


def _addresses(path: str) -> Iterator[str]:
    """Yield the addresses of a page below the root of the site."""
    yield path
    folder, file = posixpath.split(path)
    if file == "index.html":
        yield f"{folder}/" if folder else ""
    elif path.endswith(".html"):
        yield path.removesuffix(".html")
