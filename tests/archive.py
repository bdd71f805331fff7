"""A made-up archive of realistic size: 21,700 talks by 13,000 people on 2,900 topics in 540 events.

``python -m tests.archive FOLDER`` writes the project, ``python -m tests.archive --empty FOLDER`` the same pages without
their lists, for comparison. The output is reproducible.
"""

from __future__ import annotations

import argparse
import json
import random
from dataclasses import dataclass
from pathlib import Path
from string import ascii_letters
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def _words(text: str) -> list[str]:
    return text.split()


GIVEN = _words(
    "Ada Alan Ana Anders Anja Antoine Bao Beatriz Björn Carla Chen Chloé Dario David Deepak Dmitri Élodie Emma Enrique "
    "Fatima Felix Gael Grace Hana Hugo Ines Ivan Jan Jane John José Julia Kai Karin Lars Laura Łukasz Lucía Mara Marc "
    "Maria Matti Max Mei Michael Nadia Nina Noor Olga Omar Paul Petra Priya Rafael Rosa Sam Sofia Søren Tara Thomas "
    "Uma Vera Víctor Wei Xin Yan Yusuf Zoë"
)
FAMILY = _words("Al An Be Bo Car Dal Es Fer Gor Han Is Jo Kov Lin Mar Nak Or Pet Ros San Tor Var Wil Yam Zim")
ENDINGS = _words("adi berg chenko dahl es field gaard hara ini kowski ler man ner ov pour qvist ris son ton uru wick")
HAN, SURNAMES = "伟芳娜敏静丽强磊军洋勇艳杰涛明超秀霞平刚", "王李张刘陈杨赵黄周吴徐孙"
TERMS = _words(
    "python data testing web async django pandas numpy machine learning deep models scaling services "
    "deployment packaging typing performance debugging security community teaching open source science "
    "visualization quantization notebooks databases pipelines compilers graphs distributed training inference "
    "hardware embedded games audio images language search events migration legacy refactoring design patterns "
    "functional interfaces accessibility documentation sphinx "
)
SYLLABLES = _words("ba co de fi gra ho in jo ka lo mi no pre qua ri sta tro un ve xi")
JOINING = ["with", "for", "and", "in", "from", "the", "on"]


@dataclass(frozen=True)
class Size:
    """The number of objects in an archive."""

    events: int = 540
    talks: int = 21_700
    people: int = 13_000
    topics: int = 2_900


def _distinct(number: int, make: random.Random, draw: str) -> list[str]:
    """Return ``number`` distinct words (``word``), names (``name``) or topics (``topic``)."""
    chosen: dict[str, None] = {}
    while len(chosen) < number:
        if draw == "word":
            text = "".join(make.choices(SYLLABLES, k=make.randint(2, 4)))
        elif draw == "topic":
            text = " ".join(make.choices(TERMS, k=make.randint(1, 3))).title()
        elif make.random() < 0.02:
            text = make.choice(SURNAMES) + "".join(make.choices(HAN, k=2))
        else:
            family = make.choice(FAMILY) + make.choice(ENDINGS)
            middle = make.choice(["", "", "", f"{make.choice('ABCDEFGHJKLMNPRSTW')}. "])
            text = f"{make.choice(GIVEN)} {middle}{family}"
        chosen[text] = None
    return list(chosen)


def _often(make: random.Random, values: Sequence[str], number: int) -> list[str]:
    """Return distinct values; the first ones are far more likely than the last, as in real archives."""
    chosen: dict[str, None] = {}
    while len(chosen) < number:
        chosen[values[int(len(values) * make.random() ** 3)]] = None
    return list(chosen)


def write_archive(folder: Path, size: Size | None = None, *, empty: bool = False) -> None:
    """Write a project: one folder per event, with a page and data files."""
    size = size or Size()
    make = random.Random(2021)
    words = TERMS + _distinct(6_000, make, "word")
    people, topics = _distinct(size.people, make, "name"), _distinct(size.topics, make, "topic")
    unused = {"people": list(people), "topics": list(topics)}
    recaps = folder / "recaps"
    names = [f"{2000 + number % 25}-event-{number}" for number in range(size.events)]
    for number, name in enumerate(names):
        event = recaps / name
        event.mkdir(parents=True, exist_ok=True)
        count = (number + 1) * size.talks // size.events - number * size.talks // size.events
        title = f"Event {number} of {name[:4]}"
        content = "" if empty else "\n:::{event} event.yaml\n:::\n\n:::{catalogue} talks.yaml\n:::\n"
        (event / "index.md").write_text(f"# {title}\n{content}", encoding="utf-8")
        if not empty:
            (event / "event.yaml").write_text(f"name: {title}\nstart: {name[:4]}-05-01\n", encoding="utf-8")
        lines = ["kind: session", "entries:"]
        for talk in range(count):
            text = " ".join(
                word for term in make.choices(words, k=make.randint(2, 4)) for word in (term, make.choice(JOINING))
            )
            values = {
                "people": _often(make, people, make.choice((1, 1, 1, 2))),
                "topics": _often(make, topics, make.randint(1, 4)),
            }
            for key, left in unused.items():  # every person and topic has at least one talk
                if left and values[key]:
                    values[key] = list(dict.fromkeys([left.pop(), *values[key][1:]]))
            lines += [f"  - id: S{talk + 1}", f"    title: {json.dumps(text.capitalize())}"]
            lines += [f"    {key}: {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()]
            lines += [f"    summary: {json.dumps(' '.join(make.choices(words, k=20)))}"]
            lines += [f"    link: https://example.org/{name}/{talk + 1}"]
            lines += [f"    video: https://www.youtube.com/watch?v={''.join(make.choices(ascii_letters, k=11))}"]
            lines += [f"    date: {name[:4]}-05-01", f"    duration: 0:{make.randint(10, 59)}:{make.randint(10, 59)}"]
        if not empty:
            (event / "talks.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    toctree = "\n".join(f"{name}/index" for name in names)
    (recaps / "index.md").write_text(f"# Recaps\n\n```{{toctree}}\n:maxdepth: 1\n\n{toctree}\n```\n", encoding="utf-8")
    (folder / "index.md").write_text("# Archive\n\n```{toctree}\nrecaps/index\n```\n", encoding="utf-8")
    (folder / "conf.py").write_text(CONF, encoding="utf-8")


CONF = """\
project = "Archive"
author = copyright = "nobody"
extensions = ["myst_parser", "sphinx_design", "sphinx_recaps"]
myst_enable_extensions = ["colon_fence"]
html_theme = "pydata_sphinx_theme"
html_sidebars = {"**": []}
# Names consist of few syllables, so that many look like typos of others.
suppress_warnings = ["recap.name_spelling", "recap.person_spelling", "recap.topic_spelling"]
"""

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--empty", action="store_true", help="leave out the lists")
    arguments = parser.parse_args()
    write_archive(arguments.folder, empty=arguments.empty)
