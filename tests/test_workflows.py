"""The GitHub workflows: checks, scripts and permissions, as .github/SECURITY.md promises."""

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
# Logs its arguments, one per line, and answers a search with $FOUND.
GH = """\
#!/bin/sh
printf '%s\\n' "$@" -- >>calls
case "$*" in *--jq*) printf '%s' "$FOUND" ;; esac
"""


def call(*command: str | Path) -> str:
    """Return the output of a program, which must exit with 0."""
    result = subprocess.run([*map(str, command)], cwd=ROOT, capture_output=True, text=True, check=False)
    output = result.stdout + result.stderr
    assert result.returncode == 0, output
    return output


# -- Linters -----------------------------------------------------------------------------------------------------------


def test_actionlint_reports_nothing() -> None:
    """ShellCheck and pyflakes are off, because only some machines have them."""
    assert call(SCRIPTS / "actionlint", "-shellcheck=", "-pyflakes=", *FILES) == ""


def test_zizmor_reports_nothing() -> None:
    """It runs offline with its strictest persona, and checks dependabot.yml, too."""
    output = call(
        SCRIPTS / "zizmor", "--offline", "--no-progress", "--strict-collection", "--persona=auditor", ".github"
    )
    for path in (*FILES, ROOT / ".github/dependabot.yml"):
        assert f"completed {path.relative_to(ROOT)}" in output


@pytest.mark.deep
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
def test_files_for_services_match_their_schemas(schema: str, pattern: str) -> None:
    files = sorted(ROOT.glob(pattern))
    assert files
    call(SCRIPTS / "check-jsonschema", "--builtin-schema", f"vendor.{schema}", *files)


# -- A pull request ----------------------------------------------------------------------------------------------------


def runs(job: str) -> Sequence[str]:
    return [step["run"] for step in workflow("test.yml")["jobs"][job]["steps"] if "run" in step]


def test_a_pull_request_is_checked_before_it_is_tested_on_two_pythons() -> None:
    """The check is fast and annotates lines, so that a mistake in a page does not fail three jobs."""
    content = workflow("test.yml")
    assert content["on"] == {"pull_request": None, "push": {"branches": ["main"]}}
    assert runs("check") == ["make check", "make html"]
    assert content["jobs"]["test"]["needs"] == "check"
    assert content["jobs"]["test"]["strategy"]["matrix"]["python"] == ["3.11", "3.14"]
    assert runs("test") == [".ci/run"]


def test_the_workflows_use_existing_make_targets() -> None:
    targets = re.search(r"^TARGETS := (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert targets
    used = {name for path in FILES for name in re.findall(r"run: make (\S+)", path.read_text())}
    assert used == {"check", "html", "linkcheck", "lock", "test-all"}
    assert used <= set(targets[1].split())


def test_all_tests_run_every_night_on_the_same_pythons() -> None:
    """These include tests that are too slow for pull requests."""
    content = workflow("nightly.yml")
    assert content["on"] == {"schedule": [{"cron": "41 2 * * *"}], "workflow_dispatch": None}
    job, daily = content["jobs"]["test"], workflow("test.yml")["jobs"]["test"]
    assert job["strategy"] == daily["strategy"]
    assert job["steps"] == [*daily["steps"][:-1], {"run": "make test-all"}]


@pytest.mark.parametrize(("check", "test"), [*product(["success", "failure", "cancelled", "skipped"], repeat=2)])
def test_one_status_check_summarises_all_jobs(check: str, test: str, tmp_path: Path) -> None:
    """A skipped job does not count as passed."""
    passed = workflow("test.yml")["jobs"]["passed"]
    assert set(passed["needs"]) | {"passed", "preview"} == set(workflow("test.yml")["jobs"])
    assert passed["if"] == "always()"
    text, environment = script("test.yml", "passed")
    assert environment == {"CHECK": "${{ needs.check.result }}", "TEST": "${{ needs.test.result }}"}
    result = run(text, tmp_path, {"CHECK": check, "TEST": test})
    assert (result.returncode == 0) == (check == test == "success")


@pytest.mark.parametrize(
    ("status", "summary"),
    [
        ("Preview by Read the Docs: success, <https://x/>", "Preview by Read the Docs: success, <https://x/>\n"),
        ("", "Read the Docs has not answered yet: look at the checks of the pull request.\n"),
    ],
)
def test_the_summary_of_a_pull_request_links_to_its_preview(status: str, summary: str, tmp_path: Path) -> None:
    """Read the Docs sets a commit status with the address of the preview."""
    text, environment = script("test.yml", "preview")
    given = {
        **environment,
        "GH_REPO": "some/one",
        "COMMIT": "c0ffee",
        "GITHUB_STEP_SUMMARY": "summary",
        "FOUND": status,
    }
    assert run(text, tmp_path, given, {"gh": GH}).returncode == 0
    assert (tmp_path / "summary").read_text() == summary
    assert (tmp_path / "calls").read_text().startswith("api\nrepos/some/one/commits/c0ffee/status\n")


# -- The weekly link check ---------------------------------------------------------------------------------------------

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
    ids=["opened", "updated", "closed", "unchanged"],
)
def test_one_issue_is_opened_updated_or_closed(report: str, found: str, sent: list[str], tmp_path: Path) -> None:
    """There is never a second one. The report is data: the script runs nothing in it and reads no file it names."""
    text, environment = script("links.yml", "issue")
    given = {**environment, "GH_REPO": "some/one", "REPORT": report, "FOUND": found}
    result = run(text, tmp_path, given, {"gh": GH})
    assert result.returncode == 0, result.stderr
    search, *calls = (tmp_path / "calls").read_text().split("\n--\n")[:-1]
    assert search.splitlines()[:3] == ["api", "--paginate", "repos/some/one/issues?state=open&per_page=100"]
    words = [word.replace("TITLE", environment["TITLE"]).replace("REPORT", report) for word in sent]
    assert calls == (["\n".join(["api", "--silent", *words])] if words else [])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bin", "calls"]


def test_an_issue_of_another_author_with_the_same_title_is_not_changed() -> None:
    _, environment = script("links.yml", "issue")
    assert '.user.login == "github-actions[bot]" and .title == env.TITLE' in environment["OURS"]


@pytest.mark.parametrize("report", ["", REPORT + "\n", "report<<x\nx\nother=y\nEOF\n::set-output::\n"])
def test_the_report_is_passed_to_the_summary_and_the_next_job(report: str, tmp_path: Path) -> None:
    """Text in a link cannot end the value and add another one."""
    text, _ = script("links.yml", "check")
    python = tmp_path / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\n[ "$*" = tools/link_report.py ] && cat report\n')
    python.chmod(0o755)
    (tmp_path / "report").write_text(report)
    result = run(text, tmp_path, {"GITHUB_STEP_SUMMARY": "summary", "GITHUB_OUTPUT": "output"})
    assert result.returncode == 0, result.stderr
    assert (tmp_path / "summary").read_text() == report
    value = re.fullmatch(r"report<<([0-9a-f]{32})\n(.*)\1\n", (tmp_path / "output").read_text(), re.DOTALL)
    assert value
    assert value[2] == report


def test_a_failed_report_fails_the_run_and_keeps_the_issue(tmp_path: Path) -> None:
    text, _ = script("links.yml", "check")
    python = tmp_path / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\nexit 1\n")
    python.chmod(0o755)
    assert run(text, tmp_path, {"GITHUB_STEP_SUMMARY": "summary", "GITHUB_OUTPUT": "output"}).returncode == 1
    assert not (tmp_path / "output").exists()
    assert workflow("links.yml")["jobs"]["issue"]["needs"] == "check"


def test_links_are_checked_weekly() -> None:
    triggers = workflow("links.yml")["on"]
    assert triggers == {"schedule": [{"cron": "23 4 * * 1"}], "workflow_dispatch": None}


# -- Malicious pull requests -------------------------------------------------------------------------------------------


def test_security_md_documents_the_permissions_of_each_job() -> None:
    """New jobs and new permissions need a documented reason."""
    text = (ROOT / ".github/SECURITY.md").read_text()
    documented = set(re.findall(r"^\| `(\S+\.yml)` \| `(\w+)` \| .* \| ([\w ]+) \|$", text, re.MULTILINE))
    actual = set()
    for path, name, job in jobs():
        allowed = [f"{level} {scope}" for scope, level in job.get("permissions", {}).items()]
        actual.add((path, name, ", ".join(allowed) or "nothing"))
    assert documented == actual


def test_workflows_that_forks_can_start_have_no_secrets_or_write_access() -> None:
    """GitHub enforces this for forks; here it applies to pull requests from the repository, too."""
    for path in FILES:
        content = workflow(path.name)
        assert set(content["on"]) <= {"pull_request", "push", "schedule", "workflow_dispatch"}
        assert content["permissions"] == {}, "only jobs may request permissions"
        text = path.read_text()
        assert not re.search(r"\b(secrets|vars)\b", text)
        if "pull_request" in content["on"]:
            assert ": write" not in text


def test_a_job_with_write_access_runs_only_its_own_script() -> None:
    """It uses no clone, action or package."""
    for path, name, job in jobs():
        if "write" in job.get("permissions", {}).values():
            assert [set(step) - {"name", "env", "run"} for step in job["steps"]] == [set()], (path, name)
            assert not re.search(r"make|python|pip|curl|git ", job["steps"][0]["run"])


def test_actions_are_pinned_by_commit_and_clones_keep_no_token() -> None:
    for path, name, job in jobs():
        for step in job["steps"]:
            if step.get("uses", "").startswith("actions/checkout@"):
                checks = "make check" in {other.get("run") for other in job["steps"]}
                history = {"fetch-depth": 0} if checks else {}  # it compares with the main branch
                assert step["with"] == {"persist-credentials": False, **history}, (path, name)
    used = [line for path in FILES for line in re.findall(r"- uses: .*", path.read_text())]
    assert used
    assert [
        line for line in used if not re.fullmatch(r"- uses: actions/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line)
    ] == []


def test_responses_of_other_servers_are_not_cached() -> None:
    assert workflow("links.yml")["cache-mode"] == "none"
    assert "cache:" not in (ROOT / ".github/workflows/links.yml").read_text()
