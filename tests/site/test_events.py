"""The events hold as many entries as their sources, corrections included, and a person at several events is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.site.facts import article, data

if TYPE_CHECKING:
    from pathlib import Path

LISTS = {
    "2019-conference/talks": 26,
    "2021-developer-day/posters": 41,
    "2022-conference/posters": 35,
    "2023-conference/talks": 67,
    "2024-conference/talks": 86,
    "2025-pytorch-day/talks": 14,
}


@pytest.mark.parametrize(("name", "number"), LISTS.items())
def test_no_entry_is_missing_and_each_has_a_topic(name: str, number: int) -> None:
    entries = data(f"recaps/{name}").entries
    assert len(entries) == number
    assert [entry.id for entry in entries if not 1 <= len(entry.topics) <= 3] == []


def test_two_names_in_one_are_two_people() -> None:
    entries = {entry.id: entry for entry in data("recaps/2021-developer-day/posters").entries}
    assert {"MohammadHossein AskariHemmat", "Saad Ashfaq"} <= set(entries["D7"].people)


def test_roles_are_not_people() -> None:
    people = {name for entry in data("recaps/2023-conference/talks").entries for name in entry.people}
    assert people.isdisjoint({"Product Director", "Executive Director", "PyTorch Foundation"})


def test_a_misspelt_name_leads_to_the_person(built_site: Path) -> None:
    posters = [article(built_site, f"recaps/2021-developer-day/posters/{code}") for code in ("C7", "C8")]
    misspelt, right = ([link["href"] for link in poster.select("a[href*=kuznet]")] for poster in posters)
    assert misspelt[:1] == right[:1] != []
