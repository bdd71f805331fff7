"""The values of valid data files: text, names, dates and durations, in the forms in which people write them."""

from __future__ import annotations

import pickle

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from sphinx_recaps.data.fields import ENTITY
from sphinx_recaps.data.loader import load_bytes
from sphinx_recaps.data.records import Catalogue, Event

from tests.data_files import EVENT, GOOD, HEAD, entry, loaded

pytestmark = pytest.mark.usefixtures("yaml_loader")


@pytest.mark.parametrize("value", ["NO", "yes", "1e3", "0o17", "2021-04-21", "12:30", "1_000", "Null", "on", ".inf"])
def test_values_that_yaml_would_convert_stay_text(value: str) -> None:
    result = loaded(f"{HEAD}  - id: A1\n    title: {value}\n    topics: [{value}]\n")
    assert result.problems == ()
    assert isinstance(result.content, Catalogue)
    assert result.content.entries[0].title == value
    assert result.content.entries[0].topics == (value,)


@pytest.mark.parametrize("value", ["~", "null"])
def test_empty_values_are_empty(value: str) -> None:
    result = loaded(entry(f"summary: {value}\n    people: {value}\n    date: {value}"))
    assert result.problems == ()
    assert isinstance(result.content, Catalogue)
    assert result.content.entries[0].summary is None
    assert result.content.entries[0].people == ()


@pytest.mark.parametrize(
    "names",
    [
        ["C", "C++", "C#", "Python 2", "Python 3", "Part 1", "Part 2", "Python", "Cython"],
        ["Supervised learning", "Unsupervised learning", ".NET", "Net"],
        ["机器学习", "深度学习", "राम", "रमा"],
    ],
)
def test_similar_topics_are_not_confused(names: list[str]) -> None:
    assert loaded(entry(f"topics: {names}".replace("'", '"'))).problems == ()


@pytest.mark.parametrize(
    "content", ["\ufeff" + GOOD, GOOD.replace("\n", "\r\n"), f"---\n{GOOD}...\n", f"# c\n\n{GOOD}"]
)
def test_other_line_ends_and_encodings_are_accepted(content: str) -> None:
    result = loaded(content)
    assert result.problems == ()
    assert isinstance(result.content, Catalogue)
    assert result.content.entries[0].title == "First"


def test_an_event_is_loaded_with_all_its_facts() -> None:
    result = loaded(
        f"{EVENT}end: 2021-04-22\nmode: online\nnumbers: {{posters: 71}}\nsources: [https://example.org/a]\n"
        "sessions:\n  - {name: Morning, start: '2021-04-21T08:00-07:00', end: '2021-04-21T20:00Z', timezone: PT}\n"
    )
    assert result.problems == ()
    assert isinstance(result.content, Event)
    assert result.content.numbers == (("posters", 71),)
    assert result.content.sessions[0].start.isoformat() == "2021-04-21T15:00:00+00:00"
    assert result.content.sources[0].title == "example.org"


@pytest.mark.parametrize(
    ("day", "reported"), [("2021-03-10", False), ("2021-06-30", False), ("2020-04-21", True), ("2022-04-21", True)]
)
def test_sessions_far_from_the_event_are_reported(day: str, reported: bool) -> None:
    result = loaded(f"{EVENT}sessions: [{{name: Workshop, start: '{day}T08:00Z', end: '{day}T09:00Z'}}]\n")
    assert [problem.line for problem in result.problems] == [3] * reported
    assert isinstance(result.content, Event)
    assert [session.name for session in result.content.sessions] == ["Workshop"]


# Without characters that occur in wrongly decoded text, and entities, which are reported.
CHARACTERS = st.characters(exclude_categories=["C", "Z"], exclude_characters="ÂÃâ\ufffd")
TEXT = st.text(CHARACTERS, min_size=1, max_size=20).filter(lambda text: not ENTITY.search(text))


@given(
    st.lists(
        st.fixed_dictionaries(
            {"title": TEXT},
            optional={
                "people": st.lists(TEXT.filter(lambda text: ";" not in text), max_size=1),
                "summary": TEXT,
                "date": st.dates().map(str),
                "link": st.sampled_from(["https://example.org/a?b=c#d", "mailto:a@example.org"]),
            },
        ),
        max_size=4,
    ),
    st.booleans(),
)
def test_valid_data_is_loaded_unchanged(entries: list[dict[str, object]], flow: bool) -> None:
    content = {"kind": "session", "entries": [{"id": f"s{n}", **item} for n, item in enumerate(entries)]}
    text = yaml.safe_dump(content, allow_unicode=True, default_flow_style=flow)
    result = load_bytes(text.encode())
    assert all("written" in problem.message for problem in result.problems), result.problems
    assert isinstance(result.content, Catalogue)
    assert pickle.loads(pickle.dumps(result.content)) == result.content
    for item, record in zip(entries, result.content.entries, strict=True):
        assert record.title == item["title"]
        assert list(record.people) == item.get("people", [])
        assert str(record.date) == str(item.get("date"))
        assert record.summary == item.get("summary")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("900", 900), ("1560.466", 1560), ("15 min", 900), ("1 h 30 min", 5400), ("0:15:00", 900), ("PT15M", 900)],
)
def test_durations_are_accepted_in_common_forms(text: str, expected: int) -> None:
    """Video tools write a plain number of seconds."""
    result = loaded(entry(f"duration: {text}"))
    assert result.problems == ()
    assert isinstance(result.content, Catalogue)
    assert result.content.entries[0].duration == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023-10-08", "2023-10-08"),
        ("2023-10-08T13:15", "2023-10-08T13:15:00"),
        ("2023-10-08 13:15", "2023-10-08T13:15:00"),
        ("2023-10-08t9:15:30.5", "2023-10-08T09:15:00"),
        ("2023-10-08T13:15Z", "2023-10-08T13:15:00+00:00"),
        ("2023-10-08 13:15 UTC", "2023-10-08T13:15:00+00:00"),
        ("2023-10-08 13:15:00 -7", "2023-10-08T13:15:00-07:00"),
        ("2023-10-08T13:15+0530", "2023-10-08T13:15:00+05:30"),
    ],
)
def test_a_date_may_have_a_time(text: str, expected: str) -> None:
    """Quotes and offsets are optional, and YAML's own timestamp forms are accepted."""
    for line in (f"date: {text}", f"date: '{text}'"):
        result = loaded(entry(line))
        assert result.problems == ()
        assert isinstance(result.content, Catalogue)
        date = result.content.entries[0].date
        assert date is not None
        assert date.isoformat() == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("people: Jeffrey Mew", ("Jeffrey Mew",)),
        ("people: Jeffrey Mew; Jo Li;Mai Do;", ("Jeffrey Mew", "Jo Li", "Mai Do")),
        ("people: 'Mew, Jeffrey; Li, Jo'", ("Mew, Jeffrey", "Li, Jo")),
        ("people: [Jeffrey Mew; Jo Li, Mai Do]", ("Jeffrey Mew", "Jo Li", "Mai Do")),
        ("people:\n      - Jeffrey Mew; Jo Li\n      - Mai Do", ("Jeffrey Mew", "Jo Li", "Mai Do")),
        ("people: [Ren&eacute; Li]", ("Ren&eacute; Li",)),
    ],
)
def test_names_can_be_separated_with_semicolons(line: str, expected: tuple[str, ...]) -> None:
    """Spreadsheet columns look like that. A single name needs no list."""
    result = loaded(entry(line))
    assert result.problems == ()
    assert isinstance(result.content, Catalogue)
    assert result.content.entries[0].people == expected


def test_a_mistake_beside_separated_names_loses_no_name() -> None:
    """The mistake has the location of its item, and the names before and after it are kept."""
    result = loaded(entry("people: [Jo Li; Mai Do, [Ana], Cy Oz]"))
    assert [(problem.line, problem.column) for problem in result.problems] == [(5, 29)]
    assert isinstance(result.content, Catalogue)
    assert result.content.entries[0].people == ("Jo Li", "Mai Do", "Cy Oz")
