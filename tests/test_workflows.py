"""What runs on GitHub: its checks, its scripts, and who may do what there, as .github/SECURITY.md promises."""

from __future__ import annotations

import re
import subprocess
import sysconfig
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.workflows import FILES, ROOT, jobs, run, script, workflow

if TYPE_CHECKING:
    from collections.abc import Sequence

SCRIPTS = Path(sysconfig.get_path("scripts"))
# Writes down what it is called with, an argument a line, and answers a search with what the test wants to be found.
GH = """\
#!/bin/sh
printf '%s\\n' "$@" -- >>calls
case "$*" in *--jq*) printf '%s' "$FOUND" ;; esac
"""


def call(*command: str | Path) -> str:
    """Return what a program says, which has to find nothing wrong."""
    result = subprocess.run([*map(str, command)], cwd=ROOT, capture_output=True, text=True, check=False)
    said = result.stdout + result.stderr
    assert result.returncode == 0, said
    return said


# -- Checked by those who know -----------------------------------------------------------------------------------------


def test_actionlint_finds_no_mistake_in_the_workflows() -> None:
    """Without ShellCheck and pyflakes, which only some machines have."""
    assert call(SCRIPTS / "actionlint", "-shellcheck=", "-pyflakes=", *FILES) == ""


def test_zizmor_finds_no_hole_in_the_workflows() -> None:
    """The strictest of its personas, offline; it reads dependabot.yml too."""
    said = call(SCRIPTS / "zizmor", "--offline", "--no-progress", "--strict-collection", "--persona=auditor", ".github")
    for path in (*FILES, ROOT / ".github/dependabot.yml"):
        assert f"completed {path.relative_to(ROOT)}" in said


@pytest.mark.parametrize(
    ("schema", "pattern"),
    [
        ("github-workflows", ".github/workflows/*.yml"),
        ("github-issue-forms", ".github/ISSUE_TEMPLATE/[!c]*.yml"),
        ("github-issue-forms", ".github/ISSUE_TEMPLATE/correct-fact.yml"),
        ("github-issue-config", ".github/ISSUE_TEMPLATE/config.yml"),
        ("dependabot", ".github/dependabot.yml"),
        ("readthedocs", ".readthedocs.yaml"),
        ("citation-file-format", "CITATION.cff"),
    ],
)
def test_a_file_for_a_service_is_of_the_form_that_the_service_reads(schema: str, pattern: str) -> None:
    files = sorted(ROOT.glob(pattern))
    assert files
    call(SCRIPTS / "check-jsonschema", "--builtin-schema", f"vendor.{schema}", *files)


# -- A pull request ----------------------------------------------------------------------------------------------------


def runs(job: str) -> Sequence[str]:
    return [step["run"] for step in workflow("test.yml")["jobs"][job]["steps"] if "run" in step]


def test_a_pull_request_is_checked_first_then_built_then_tested_on_the_oldest_and_the_newest_python() -> None:
    """The check takes a second and says it at the line; a mistake in a page does not fail three jobs."""
    content = workflow("test.yml")
    assert content["on"] == {"pull_request": None, "push": {"branches": ["main"]}}
    assert runs("check") == ["make check", "make html"]
    assert content["jobs"]["test"]["needs"] == "check"
    assert content["jobs"]["test"]["strategy"]["matrix"]["python"] == ["3.11", "3.14"]
    assert runs("test") == [".ci/run"]


def test_the_workflows_make_what_the_makefile_has() -> None:
    targets = re.search(r"^TARGETS := (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert targets
    made = {name for path in FILES for name in re.findall(r"run: make (\S+)", path.read_text())}
    assert made == {"check", "html", "linkcheck", "test-all"}
    assert made <= set(targets[1].split())


def test_all_tests_run_every_night_and_before_a_release_on_the_same_pythons() -> None:
    """What is too slow for a pull request is found the next morning."""
    content = workflow("nightly.yml")
    assert content["on"] == {"schedule": [{"cron": "41 2 * * *"}], "workflow_dispatch": None}
    job, daily = content["jobs"]["test"], workflow("test.yml")["jobs"]["test"]
    assert job["strategy"] == daily["strategy"]
    assert job["steps"] == [*daily["steps"][:-1], {"run": "make test-all"}]


@pytest.mark.parametrize(("check", "test"), [*product(["success", "failure", "cancelled", "skipped"], repeat=2)])
def test_one_check_tells_whether_all_have_passed(check: str, test: str, tmp_path: Path) -> None:
    """A job that did not run has not passed."""
    passed = workflow("test.yml")["jobs"]["passed"]
    assert set(passed["needs"]) | {"passed", "preview"} == set(workflow("test.yml")["jobs"])
    assert passed["if"] == "always()"
    text, environment = script("test.yml", "passed")
    assert environment == {"CHECK": "${{ needs.check.result }}", "TEST": "${{ needs.test.result }}"}
    result = run(text, tmp_path, {"CHECK": check, "TEST": test})
    assert (result.returncode == 0) == (check == test == "success")


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ("Preview by Read the Docs: success, <https://x/>", "Preview by Read the Docs: success, <https://x/>\n"),
        ("", "Read the Docs has not answered yet: look at the checks of the pull request.\n"),
    ],
)
def test_the_summary_of_a_pull_request_links_to_its_preview(found: str, said: str, tmp_path: Path) -> None:
    """Read the Docs sets a status of the commit, with the address of the preview."""
    text, environment = script("test.yml", "preview")
    given = {**environment, "GH_REPO": "some/one", "COMMIT": "c0ffee", "GITHUB_STEP_SUMMARY": "summary", "FOUND": found}
    assert run(text, tmp_path, given, {"gh": GH}).returncode == 0
    assert (tmp_path / "summary").read_text() == said
    assert (tmp_path / "calls").read_text().startswith("api\nrepos/some/one/commits/c0ffee/status\n")


# -- The weekly check of links -----------------------------------------------------------------------------------------

REPORT = "| a | b |\n| --- | --- |\n| `x` $(touch pwned) \"'; | @file |"


@pytest.mark.parametrize(
    ("report", "found", "sent"),
    [
        (REPORT, "", ["--method", "POST", "repos/some/one/issues", "-f", "title=TITLE", "-f", "body=REPORT"]),
        (REPORT, "12\n7\n", ["--method", "PATCH", "repos/some/one/issues/12", "-f", "body=REPORT"]),
        (
            "",
            "12",
            ["--method", "PATCH", "repos/some/one/issues/12", "-f", "state=closed", "-f", "state_reason=completed"],
        ),
        ("", "", []),
    ],
    ids=["opened", "written anew", "closed", "left alone"],
)
def test_one_issue_is_opened_written_anew_or_closed(report: str, found: str, sent: list[str], tmp_path: Path) -> None:
    """Never a second one. The report is text to the script: nothing in it is run, and no file is read."""
    text, environment = script("links.yml", "issue")
    given = {**environment, "GH_REPO": "some/one", "REPORT": report, "FOUND": found}
    result = run(text, tmp_path, given, {"gh": GH})
    assert result.returncode == 0, result.stderr
    searched, *asked = (tmp_path / "calls").read_text().split("\n--\n")[:-1]
    assert searched.splitlines()[:3] == ["api", "--paginate", "repos/some/one/issues?state=open&per_page=100"]
    words = [word.replace("TITLE", environment["TITLE"]).replace("REPORT", report) for word in sent]
    assert asked == (["\n".join(["api", "--silent", *words])] if words else [])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bin", "calls"]


def test_an_issue_of_somebody_else_with_the_same_title_is_not_touched() -> None:
    _, environment = script("links.yml", "issue")
    assert '.user.login == "github-actions[bot]" and .title == env.TITLE' in environment["OURS"]


@pytest.mark.parametrize("report", ["", REPORT + "\n", "report<<x\nx\nother=y\nEOF\n::set-output::\n"])
def test_the_table_goes_to_the_summary_and_to_the_job_that_writes_the_issue(report: str, tmp_path: Path) -> None:
    """No text of a link can end the value early and add another."""
    text, _ = script("links.yml", "check")
    python = tmp_path / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\n[ "$*" = tools/link_report.py ] && cat made\n')
    python.chmod(0o755)
    (tmp_path / "made").write_text(report)
    result = run(text, tmp_path, {"GITHUB_STEP_SUMMARY": "summary", "GITHUB_OUTPUT": "output"})
    assert result.returncode == 0, result.stderr
    assert (tmp_path / "summary").read_text() == report
    value = re.fullmatch(r"report<<([0-9a-f]{32})\n(.*)\1\n", (tmp_path / "output").read_text(), re.DOTALL)
    assert value
    assert value[2] == report


def test_a_report_that_cannot_be_made_fails_the_run_and_leaves_the_issue_as_it_is(tmp_path: Path) -> None:
    text, _ = script("links.yml", "check")
    python = tmp_path / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\nexit 1\n")
    python.chmod(0o755)
    assert run(text, tmp_path, {"GITHUB_STEP_SUMMARY": "summary", "GITHUB_OUTPUT": "output"}).returncode == 1
    assert not (tmp_path / "output").exists()
    assert workflow("links.yml")["jobs"]["issue"]["needs"] == "check"


def test_the_links_are_tried_each_week() -> None:
    triggers = workflow("links.yml")["on"]
    assert triggers == {"schedule": [{"cron": "23 4 * * 1"}], "workflow_dispatch": None}


# -- A hostile pull request --------------------------------------------------------------------------------------------


def test_security_md_names_what_the_token_of_each_job_may_do() -> None:
    """So a new job, or a job that may do more, has to be thought through in writing."""
    text = (ROOT / ".github/SECURITY.md").read_text()
    written = set(re.findall(r"^\| `(\S+\.yml)` \| `(\w+)` \| .* \| ([\w ]+) \|$", text, re.MULTILINE))
    real = set()
    for path, name, job in jobs():
        allowed = [f"{level} {scope}" for scope, level in job.get("permissions", {}).items()]
        real.add((path, name, ", ".join(allowed) or "nothing"))
    assert written == real


def test_nothing_that_a_fork_can_start_may_write_or_knows_a_secret() -> None:
    """GitHub gives no more than that to a fork; here not even to a pull request from the repository itself."""
    for path in FILES:
        content = workflow(path.name)
        assert set(content["on"]) <= {"pull_request", "push", "schedule", "workflow_dispatch"}
        assert content["permissions"] == {}, "a job has what it asks for, and no more"
        text = path.read_text()
        assert not re.search(r"\b(secrets|vars)\b", text)
        if "pull_request" in content["on"]:
            assert ": write" not in text


def test_a_job_that_may_write_runs_nothing_but_its_own_script() -> None:
    """No clone, no action, no package: what it does is written in the workflow."""
    for path, name, job in jobs():
        if "write" in job.get("permissions", {}).values():
            assert [set(step) - {"name", "env", "run"} for step in job["steps"]] == [set()], (path, name)
            assert not re.search(r"make|python|pip|curl|git ", job["steps"][0]["run"])


def test_actions_are_pinned_by_commit_and_clones_keep_no_token() -> None:
    for path, name, job in jobs():
        for step in job["steps"]:
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"] == {"persist-credentials": False}, (path, name)
    used = [line for path in FILES for line in re.findall(r"- uses: .*", path.read_text())]
    assert used
    assert [
        line for line in used if not re.fullmatch(r"- uses: actions/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line)
    ] == []


def test_what_strangers_answer_stays_out_of_the_cache() -> None:
    assert workflow("links.yml")["cache-mode"] == "none"
    assert "cache:" not in (ROOT / ".github/workflows/links.yml").read_text()
