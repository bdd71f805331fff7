"""Every word for readers is in the message catalogues, every catalogue is complete, and pages use them."""

from __future__ import annotations

import ast
import datetime as dt
import json
import re
from io import BytesIO
from string import Formatter
from typing import TYPE_CHECKING

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po
from bs4 import BeautifulSoup
from playwright.sync_api import expect
from sphinx_recaps.core.dates import days, written
from sphinx_recaps.core.messages import LOCALE, plural_forms

from tests.support import picture
from tools.bench.server import host

if TYPE_CHECKING:
    from pathlib import Path

    from babel.messages.catalog import Catalog, Message
    from playwright.sync_api import Browser

    from tests.support import Built, Files, Project

SEARCHED = True  # for tests.support
LANGUAGES = ("de", "es", "fr", "ja", "ko", "zh_CN")
KEYWORDS = {**DEFAULT_KEYWORDS, "mark_plural": (1, 2), "plural_forms": (1, 2)}
NOUNS = {"noun", "nouns"}  # translations may leave them out where the language would inflect them


def catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


@pytest.fixture(params=LANGUAGES)
def translations(request: pytest.FixtureRequest) -> tuple[Path, Catalog]:
    folder = LOCALE / request.param / "LC_MESSAGES"
    return folder, catalogue(folder / "sphinx_recaps.po")


def ids(messages: Catalog) -> set[str]:
    return {str(message.id) for message in messages if message.id}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def forms(message: Message, *, translated: bool) -> list[str]:
    value = message.string if translated else message.id
    return [value] if isinstance(value, str) else list(value or ())


# -- The catalogues ----------------------------------------------------------------------------------------------------


def test_no_word_is_hidden_from_the_extraction() -> None:
    """Babel does not see calls within f-strings, which it reads as text."""
    known = ids(catalogue(LOCALE / "sphinx_recaps.pot"))
    words = {
        (path.name, call.args[0].value)
        for path in LOCALE.parent.rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "_"
        if isinstance(call.args[0], ast.Constant)
    }
    assert [word for word in sorted(words) if word[1] not in known] == []


@pytest.fixture(scope="module")
def template() -> Catalog:
    return catalogue(LOCALE / "sphinx_recaps.pot")


def test_the_template_contains_every_message_in_the_code(template: Catalog) -> None:
    """`make messages` updates it."""
    messages = extract_from_dir(LOCALE.parent, [("**.py", "python")], keywords=KEYWORDS)
    assert {str(message) for _, _, message, _, _ in messages} == ids(template)


def test_every_message_is_translated(template: Catalog, translations: tuple[Path, Catalog]) -> None:
    _, messages = translations
    assert ids(messages) == ids(template)
    for message in messages:
        assert all(forms(message, translated=True)), message.id
        assert not message.fuzzy or not message.id, message.id


def test_translations_have_the_placeholders_of_their_messages(translations: tuple[Path, Catalog]) -> None:
    for message in translations[1]:
        if message.id:
            expected = set().union(*(placeholders(text) for text in forms(message, translated=False)))
            for text in forms(message, translated=True):
                assert placeholders(text) | NOUNS == expected | NOUNS, text


def test_translations_have_the_plural_forms_of_their_language(translations: tuple[Path, Catalog]) -> None:
    folder, messages = translations
    assert messages.num_plurals == (1 if folder.parent.name in {"ja", "ko", "zh_CN"} else 2)
    for message in messages:
        if isinstance(message.id, tuple):
            assert len(forms(message, translated=True)) == messages.num_plurals, message.id


def test_compiled_catalogues_are_up_to_date(translations: tuple[Path, Catalog]) -> None:
    folder, messages = translations
    compiled = BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    with (folder / "sphinx_recaps.mo").open("rb") as file:
        shipped = {str(message.id): message.string for message in read_mo(file)}
    assert shipped == {str(message.id): message.string for message in read_mo(compiled)}


# -- Dates -------------------------------------------------------------------------------------------------------------

FRIDAY, SUNDAY = dt.date(2024, 3, 15), dt.date(2024, 3, 17)


@pytest.mark.parametrize(
    ("language", "short", "long"),
    [
        ("en", "15–17 March 2024", "Friday 15 – Sunday 17 March 2024"),
        ("en_US", "March 15, 2024 – March 17, 2024", "Friday, March 15, 2024 – Sunday, March 17, 2024"),
        ("de", "15.–17. März 2024", "Freitag, 15. – Sonntag, 17. März 2024"),
        ("fr", "15–17 mars 2024", "vendredi 15 – dimanche 17 mars 2024"),
        ("es", "15–17 de marzo de 2024", "viernes, 15 – domingo, 17 de marzo de 2024"),
        ("da", "15.–17. marts 2024", "fredag den 15. – søndag den 17. marts 2024"),
        ("ja", "2024年3月15日～17日", "2024年3月15日(金)～17日(日)"),
        ("ko", "2024년 3월 15일~17일", "2024년 3월 15일 (금) ~ 17일 (일)"),
        ("zh_CN", "2024年3月15日至17日", "2024年3月15日周五至17日周日"),
        ("tlh", "15–17 March 2024", "Friday 15 – Sunday 17 March 2024"),  # Klingon, which Babel does not know
    ],
)
def test_date_ranges_follow_the_language(language: str, short: str, long: str) -> None:
    assert days(FRIDAY, SUNDAY, language) == short
    assert days(FRIDAY, SUNDAY, language, weekdays=True) == long


def test_date_ranges_across_months_or_years_name_both() -> None:
    assert days(dt.date(2024, 4, 30), dt.date(2024, 5, 2), "es") == "30 de abril – 2 de mayo de 2024"
    assert days(dt.date(2023, 12, 31), dt.date(2024, 1, 2), "de") == "31. Dezember 2023 – 2. Januar 2024"
    assert written(dt.date(2025, 3, 10), "ko") == "2025년 3월 10일"


# -- Pages -------------------------------------------------------------------------------------------------------------

EVENT = """\
name: 난초의 날
short_name: 난초날
edition: 첫 번째
start: 2024-03-15
end: 2024-03-17
mode: online
sessions: [{name: 오전, start: 2024-03-15T01:00Z, end: 2024-03-15T16:00Z, timezone: Asia/Seoul}]
numbers: {포스터: 1200}
summary: 난초 이야기.
note: 비고.
links: [{title: 안내, url: "https://난초.example/", archived: "https://web.archive.org/web/2024/https://난초.example/"}]
sources: [{title: 기사, url: "https://난초.example/2"}]
"""
POSTERS = "kind: poster\nentries:\n" + "".join(
    f"  - {{id: A{number}, title: 제목, people: [김난초, 이들꽃], topics: [꽃{number}], summary: 요약,"
    f' link: "https://난초.example/{number}", video: "https://www.youtube.com/watch?v=MYE01-XaSZ{number % 10}"}}\n'
    for number in range(1, 14)
)
FILES: Files = {
    "index.md": "# 홈\n\n:::{event-list} day/event.yaml\n:feature:\n:::\n\n```{toctree}\nday/index\n```\n",
    "day/index.md": (
        "# 난초의 날\n\n본문[^1] 다시[^1].\n\n:::{event} event.yaml\n:::\n\n:::{topic-chart} posters.yaml\n:::\n\n"
        ":::{catalogue} posters.yaml\n:::\n\n:::{catalogue} empty.yaml\n:::\n\n"
        ":::{youtube} MYE01-XaSZA\n:title: 영상\n:date: 2024-03-15\n:duration: 1:02:03\n:start: 5\n:::\n\n[^1]: 각주.\n"
    ),
    "day/event.yaml": EVENT,
    "day/posters.yaml": POSTERS,
    "day/empty.yaml": "kind: resource\nentries: []\n",
    "day/bee.png": picture(),
}
# Not words: names of sites, addresses, time zones, codes.
_NAMES = re.compile(r"https?://\S+|YouTube|youtube\.com|UTC|Small project|somebody|Sphinx|[\w.]*\.example|\bA\d+\b")


def english(html: str) -> list[str]:
    """Return the English words that readers see or hear in the body of a page, or that its scripts show."""
    page = BeautifulSoup(html, "html5lib")
    body = page.select_one("div.body")
    assert body is not None
    shown = [body.get_text(" ")]
    for name in ("aria-label", "title", "alt", "placeholder", "data-from"):
        shown += [str(tag[name]) for tag in body.select(f"[{name}]:not(.headerlink)")]
    for tag in page.select("[data-words]"):
        shown += re.findall(r'"((?:[^"\\]|\\.)*)"(?!:)', str(tag["data-words"]))
    text = re.sub(r"\{\w+\}|¶", "", _NAMES.sub("", " ".join(shown)))
    return re.findall(r"[A-Za-z]{2,}", text)


@pytest.fixture(scope="module")
def korean(module_project: Project) -> Built:
    return module_project(FILES, conf="language = 'ko'\n")


def test_a_korean_site_has_no_english_words(korean: Built) -> None:
    assert korean.messages == ""
    for page in ("index", "day/index", "people", "topics"):
        assert english(korean.text(f"{page}.html")) == [], page
    words = json.loads(korean.text("recap-search/words.json"))
    names = {name: words.pop(name) for name in ("groups", "counts", "language", "page", "lists")}
    assert names["language"] == "ko"
    assert not re.findall(
        r'"[^"]*[A-Za-z]{2,}[^"]*"(?!:)', re.sub(r"\{\w+\}", "", json.dumps(words, ensure_ascii=False))
    )
    search = korean.html("search.html").select_one(".recap-search-page")
    assert search is not None
    assert re.findall(r"[A-Za-z]{2,}", search.get_text()) == ["JavaScript"]


def test_a_korean_site_has_korean_texts_dates_and_numbers(korean: Built) -> None:
    text = " ".join(korean.html("day/index.html").get_text(" ").split())
    for words in (
        "포스터 13개",
        "2024년 3월 15일 (금) ~ 17일 (일)",
        "난초의 날 (난초날), 첫 번째 행사",
        "1시간 2분 3초",
        "온라인",
        "아직 자료이(가) 없습니다.",
        "1,200",
        "주제별 포스터",
        "3월 16일 종료",
    ):
        assert words in text


def test_scripts_show_korean_texts(korean: Built, browser: Browser) -> None:
    page = browser.new_page(timezone_id="Europe/Berlin")
    page.goto((korean.out / "day/index.html").as_uri())
    page.get_by_role("searchbox").first.fill("김난초")
    expect(page.locator(".recap-status p")).to_have_text("포스터 13개 중 “김난초” 검색 결과 13개")
    page.locator(".recap-sort select").select_option("title")
    expect(page.locator(".recap-status p")).to_have_text("포스터 13개 중 “김난초” 검색 결과 13개, 제목순")
    page.get_by_role("searchbox").first.fill("장미")
    expect(page.locator(".recap-status p")).to_have_text("“장미” 검색 결과가 없습니다.")
    expect(page.locator(".recap-event-local")).to_have_text("3월 15일 02:00~17:00 (내 현지 시간)")
    assert english(page.content()) == []
    page.close()


def test_what_the_search_shows_is_korean(korean: Built, browser: Browser) -> None:
    page = browser.new_page()
    with host(korean.out) as served:
        page.goto(f"{served.address}search.html?q=김난초")
        expect(page.get_by_role("status")).to_have_text("검색 결과: 항목 13개 및 인물 1명")
        found = page.locator(".recap-search").evaluate("it => `<div class=body>${it.outerHTML}</div>`")
    assert english(found) == []
    page.close()


def test_scripts_get_all_plural_forms_of_the_language() -> None:
    assert set(plural_forms("{number} a", "{number} b", "fr")) == {"one", "many", "other"}
    assert set(plural_forms("{number} a", "{number} b", "ar")) == {"zero", "one", "two", "few", "many", "other"}
    assert plural_forms("{number} a", "{number} b", "en") == {"one": "{number} a", "other": "{number} b"}


def test_korean_plain_text_has_no_english_words(project: Project) -> None:
    built = project(FILES, "text", conf="language = 'ko'\n")
    assert built.messages == ""
    text = _NAMES.sub("", re.sub(r"<\S+>", "", built.text("day/index.txt")))
    assert re.findall(r"[A-Za-z]{2,}", text) == []


def test_an_arabic_site_is_right_to_left(project: Project) -> None:
    """The extension has no Arabic catalogue, so its words are English, but dates and lists are Arabic."""
    built = project(FILES, conf="language = 'ar'\n")
    assert built.messages == ""
    page = built.html("day/index.html")
    assert page.html is not None
    assert page.html["lang"] == "ar"
    assert page.html["dir"] == "rtl"
    text = page.get_text(" ")
    assert "مارس" in text
    assert "13 posters" in text
    assert "김난초، 이들꽃" in " ".join(page.select_one(".recap-people").get_text().split())  # type: ignore[union-attr]


def test_gettext_templates_contain_only_texts_of_the_project(project: Project) -> None:
    """The extension's own texts are translated already. Absolute paths would differ between machines."""
    text = project(FILES, "gettext").text("day.pot")
    assert 'msgid "첫 번째"' in text
    messages = re.findall(r'^msgid "(.*)"$', text, re.MULTILINE)
    assert len(messages) == len(set(messages))
    assert not [message for message in messages if re.search(r"[A-Za-z]{3,}", message)]
    assert not re.search(r"^#: /", text, re.MULTILINE)
