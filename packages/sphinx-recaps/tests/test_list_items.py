"""Lists in data files: each mistake is reported, and all items without mistakes are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hypothesis import given
from hypothesis import strategies as st
from sphinx_recaps.data.loader import load_bytes, load_links_bytes
from sphinx_recaps.data.records import Catalogue, Event

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

MISSING = ""


class ListKind(NamedTuple):
    """The keys of an item (``{}`` is its number) and invalid values of each; an item loses only ``optional`` ones."""

    keys: Mapping[str, str]
    invalid: Mapping[str, Sequence[str]]
    optional: frozenset[str] = frozenset()


NAMES = ("[a, b]", "", "~", MISSING)
SESSION = ListKind(
    {"name": "S{}", "start": "2021-04-21T15:00Z", "end": "2021-04-21T16:00Z", "label": "L", "timezone": "UTC"},
    {
        "name": NAMES,
        "start": ("soon", "2021-04-21", "@x", "[a]", MISSING),
        "end": ("late", "{a: b}", "2021-04-21T16:00", MISSING),
        "label": ("[a]", "{a: b}"),
        "timezone": ("[a]",),
    },
    frozenset({"label", "timezone"}),
)
LINK = ListKind(
    {"title": "T{}", "url": "https://example.org/{}", "archived": "2021-05-10"},
    {
        "title": NAMES,
        "url": ("ftp://example.org", "example.org", "a b", MISSING),
        "archived": ("soon", "[a]"),
    },
    frozenset({"archived"}),
)
VIDEO = ListKind({"title": "T{}", "url": "MYE01-XaSZA"}, {"title": NAMES, "url": ("short", "[a]", MISSING)})
RECORDED = ListKind(
    {"url": "https://example.org/{}", "archived": "20210510183000", "checked": "2026-11-24", "dead": "true"},
    {
        "url": ("mailto:a@example.org", "https://example.org/#a", "[a]"),
        "archived": ("2021", "[a]"),
        "checked": ("soon",),
        "dead": ("yes",),
    },
    frozenset({"archived", "checked", "dead"}),
)
ENTRY = ListKind(
    {"id": "A{}", "title": "T{}", "date": "2021-04-21", "people": "[Ann Other]", "link": "https://example.org/"},
    {
        "title": ("[a, b]", "A: b"),
        "date": ("soon", "[a]"),
        "people": ("{a: b}",),
        "link": ("ftp://a.org", "[a]"),
    },
    frozenset({"title", "date", "people", "link"}),
)
Items = list[dict[str, str]]


def items_of(kind: ListKind) -> st.SearchStrategy[Items]:
    """Return lists of items, each as its invalid values by key."""
    mistakes = st.fixed_dictionaries({}, optional={key: st.sampled_from(bad) for key, bad in kind.invalid.items()})
    return st.lists(st.one_of(st.just({}), mistakes), min_size=1, max_size=6)


def written(kind: ListKind, items: Items, indent: int, first: int) -> tuple[list[str], set[int], list[int]]:
    """Return the lines of a list, the numbers of lines with mistakes, and the numbers of the items that are kept."""
    lines: list[str] = []
    wrong: set[int] = set()
    for number, mistakes in enumerate(items):
        first_line = first + len(lines)
        values = {key: mistakes.get(key, value.format(number)) for key, value in kind.keys.items()}
        missing = [key for key, value in values.items() if value == MISSING and key in mistakes]
        present = [key for key in values if key not in missing] or ["note"]
        lines += [
            f"{' ' * indent}{'  ' if place else '- '}{key}: {values.get(key, 'x')}" for place, key in enumerate(present)
        ]
        wrong |= {first_line if key in missing else first_line + present.index(key) for key in mistakes}
        wrong |= {first_line} if present == ["note"] else set()
    valid = [number for number, mistakes in enumerate(items) if mistakes.keys() <= kind.optional]
    return lines, wrong, valid


def check(
    kind: ListKind, items: Items, head: Sequence[str], indent: int, read: Callable[[bytes], tuple[list[str], set[int]]]
) -> None:
    """Assert that exactly the valid items are kept, and that exactly the lines with mistakes are reported."""
    lines, wrong, valid = written(kind, items, indent, len(head) + 1)
    names, reported = read("\n".join([*head, *lines, ""]).encode())
    first = next(iter(kind.keys.values()))
    assert (names, reported) == ([first.format(number) for number in valid], wrong)


def event(key: str) -> Callable[[bytes], tuple[list[str], set[int]]]:
    """Return a function that reads a list of an event and returns its names and the lines with mistakes."""

    def read(data: bytes) -> tuple[list[str], set[int]]:
        loaded = load_bytes(data)
        items = getattr(loaded.content, key)
        return [getattr(item, "name", None) or item.title for item in items], {
            problem.line for problem in loaded.problems
        }

    return read


HEAD = ["name: A day", "start: 2021-04-21"]


@given(items_of(SESSION))
def test_invalid_sessions_are_dropped_and_reported(items: Items) -> None:
    check(SESSION, items, [*HEAD, "sessions:"], 2, event("sessions"))


@given(items_of(LINK), st.sampled_from(["links", "sources"]))
def test_invalid_links_of_an_event_are_dropped_and_reported(items: Items, key: str) -> None:
    check(LINK, items, [*HEAD, f"{key}:"], 0, event(key))


@given(items_of(VIDEO))
def test_invalid_videos_of_an_event_are_dropped_and_reported(items: Items) -> None:
    check(VIDEO, items, [*HEAD, "videos:"], 2, event("videos"))


@given(items_of(LINK), st.sampled_from(["links", "sources"]))
def test_invalid_links_of_an_entry_are_dropped_and_reported(items: Items, key: str) -> None:
    def read(data: bytes) -> tuple[list[str], set[int]]:
        loaded = load_bytes(data)
        assert isinstance(loaded.content, Catalogue)
        (entry,) = loaded.content.entries
        return [link.title for link in getattr(entry, key)], {problem.line for problem in loaded.problems}

    check(LINK, items, ["kind: poster", "entries:", "- id: A1", "  title: T", f"  {key}:"], 2, read)


@given(items_of(RECORDED))
def test_invalid_recorded_links_are_dropped_and_reported(items: Items) -> None:
    def read(data: bytes) -> tuple[list[str], set[int]]:
        loaded = load_links_bytes(data)
        assert loaded.content is not None
        return [link.url for link in loaded.content.links], {problem.line for problem in loaded.problems}

    check(RECORDED, items, ["links:"], 0, read)


@given(items_of(ENTRY))
def test_invalid_values_of_entries_are_dropped_and_reported(items: Items) -> None:
    def read(data: bytes) -> tuple[list[str], set[int]]:
        loaded = load_bytes(data)
        assert isinstance(loaded.content, Catalogue)
        return [entry.id for entry in loaded.content.entries], {problem.line for problem in loaded.problems}

    check(ENTRY, items, ["kind: poster", "entries:"], 2, read)


@given(st.lists(st.sampled_from(["71", "[a]", "many", "~", "-1", "{a: b}"]), min_size=1, max_size=6))
def test_invalid_numbers_are_dropped_and_reported(values: list[str]) -> None:
    text = "".join(f"  n{number}: {value}\n" for number, value in enumerate(values))
    loaded = load_bytes("\n".join([*HEAD, "numbers:", text]).encode())
    assert isinstance(loaded.content, Event)
    valid = [f"n{at}" for at, value in enumerate(values) if value == "71"]
    assert [label for label, _ in loaded.content.numbers] == valid
    wrong = {at + 4 for at, value in enumerate(values) if value not in {"71", "~"}}  # `~` means that there is none
    assert {problem.line for problem in loaded.problems} == wrong


@given(st.lists(st.sampled_from(["Ann Other", "[a]", "{a: b}", "~", "''"]), min_size=1, max_size=6), st.booleans())
def test_invalid_names_are_dropped_and_reported(values: list[str], on_one_line: bool) -> None:
    """Lists of people can be written in two ways."""
    named = [value.replace("Ann", f"Ann{'abcdef'[at]}") for at, value in enumerate(values)]
    lines = [f"  people: [{', '.join(named)}]"] if on_one_line else ["  people:", *(f"  - {name}" for name in named)]
    loaded = load_bytes("\n".join(["kind: poster", "entries:", "- id: A1", "  title: T", *lines]).encode())
    assert isinstance(loaded.content, Catalogue)
    (entry,) = loaded.content.entries
    assert entry.people == tuple(name for name in named if name.startswith("Ann"))
    wrong = [0 if on_one_line else at + 1 for at, name in enumerate(named) if not name.startswith("Ann")]
    assert sorted(problem.line for problem in loaded.problems) == [5 + at for at in wrong]
