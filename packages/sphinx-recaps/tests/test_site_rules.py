"""Optional rules of a site: off by default, and their messages name the line and the fix."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support import Project

CONF = """\
recap_rules = ["copies", "notes", "words", "description"]
recap_no_copies = ["https://www.youtube.com/"]
myst_url_schemes = {
    "https": None,
    "wayback": {"url": "https://web.archive.org/web/{{path}}", "title": "copy", "classes": ["archived-copy"]},
}
"""
COMMIT = "0123456789abcdef0123456789abcdef01234567"
HEAD = '---\nmyst:\n  html_meta:\n    description: "%s"\n---\n# Home\n\n'
GOOD_DESCRIPTION = "What this page is about, in one sentence that is long enough."


@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[One](https://example.org/a) alone.", "index.md:3: WARNING: 'https://example.org/a' has no archived copy"),
        (
            "[One](https://example.org/a), <wayback:20210510/https://example.org/b>.",
            "index.md:3: WARNING: 'https://example.org/a' has no archived copy",
        ),
        (
            "- [One](https://example.org/a)\n- [Two](https://example.org/b), <wayback:20210510/https://example.org/b>",
            "write <wayback:YYYYMMDD/https://example.org/a> after the link",
        ),
        ("A fact.[^n]\n\n[^n]: Somebody said so.", "index.md:5: WARNING: this footnote has no link"),
        ("Read it [here](#home).\n\n(home)=\n## More", "index.md:3: WARNING: the text 'here' does not say where"),
    ],
)
def test_a_broken_rule_is_reported_at_its_line_in_every_build(project: Project, text: str, message: str) -> None:
    for _ in range(2):
        built = project({"index.md": f"# Home\n\n{text}\n"}, conf=CONF)
        assert message in built.messages
        assert built.messages.count("[recap.rule]") == 1
    assert project({"index.md": f"# Home\n\n{text}\n"}, conf=CONF.partition("\n")[2]).messages == ""


@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    "sentence", ["Too short.", f"{GOOD_DESCRIPTION} {'word ' * 30}.", GOOD_DESCRIPTION.removesuffix(".")]
)
def test_a_description_of_the_wrong_length_or_form_is_reported(project: Project, sentence: str) -> None:
    built = project({"index.md": HEAD % sentence}, conf=CONF)
    assert f"WARNING: the description has {len(sentence)} characters; write a sentence" in built.messages


def test_a_page_that_follows_the_rules_is_not_reported(project: Project) -> None:
    """This covers a link to a section, a file and a folder at a commit, an exempt address and an internal link."""
    text = (
        "[One](https://example.org/a#part), <wayback:20210510/https://example.org/a>.[^n] "
        f"[Two](https://github.com/a/b/blob/{COMMIT}/c.py), [three](https://www.youtube.com/watch?v=MYE01-XaSZA), "
        f"[four](#home), [five](https://github.com/a/b/tree/{COMMIT[:9]}/c).\n\n"
        "[^n]: [Source](https://example.org/), <wayback:2021/https://example.org/>.\n\n(home)=\n## More"
    )
    assert project({"index.md": HEAD % GOOD_DESCRIPTION + text}, conf=CONF).messages == ""
