"""The documents say what is there: commands, variables, rules."""

import re
import subprocess
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from analyzers.configuration import parse
from analyzers.rules import catalogue
from analyzers.struct import names
from app.environment import Environment
from scripts.rule_table import refreshed

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text()


def section(text, heading):
    """What stands below a heading of the second level."""
    found = re.search(rf"^## {re.escape(heading)}$(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"there is no section {heading!r}"
    return found[1]


def fences(text):
    return re.findall(r"^```\w*\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def test_the_quick_start_is_two_commands_that_exist():
    commands = [
        line.split()[0]
        for fence in fences(section(README, "Quick start"))
        for line in fence.splitlines()
    ]
    assert commands == ["scripts/demo", "scripts/test"]
    assert all((ROOT / command).stat().st_mode & 0o100 for command in commands)


def test_continuous_integration_runs_the_second_one():
    assert "scripts/test" in (ROOT / ".ci/run").read_text()


def test_the_table_of_rules_is_what_the_rules_say():
    assert refreshed(README) == README, "run scripts/docs"


def test_every_rule_that_documents_name_exists():
    named = set(re.findall(r"migaudit rules ([a-z]+(?:-[a-z]+)+)", README + CONTRIBUTING))
    assert named <= set(catalogue())


def test_every_variable_is_documented_with_its_default():
    table = section(README, "Configuration of the server")
    names = {f"MIGAUDIT_{name.upper()}" for name in Environment.model_fields}
    assert names == set(re.findall(r"MIGAUDIT_[A-Z_]+", table.replace("MIGAUDIT_…", "")))


def test_the_example_of_a_configuration_has_every_setting():
    (example,) = fences(section(README, "Configuration of a repository"))
    configuration = parse(example.encode(), catalogue())
    assert not configuration.problems
    told = YAML(typ="safe", pure=True).load(example)
    assert len(told) == len(names(type(configuration.settings)))
    assert configuration.settings.environment == told["env"]


@pytest.mark.parametrize(
    "command",
    ["serve", "check", "config", "doctor", "rules", "sql", "applied push", "applied token"],
)
def test_every_command_is_documented(command):
    assert f"migaudit {command}" in section(README, "Command line")


def test_a_rule_is_added_in_at_most_ten_lines():
    lines = re.findall(r"^\d+\. ", section(CONTRIBUTING, "Add a rule"), re.MULTILINE)
    assert 3 <= len(lines) <= 10


def test_the_changelog_has_a_place_for_the_next_release():
    assert section((ROOT / "CHANGELOG.md").read_text(), "Unreleased").strip()


def test_the_code_map_names_every_package_and_only_what_exists():
    named = set(
        re.findall(r"`((?:analyzers|app|tests|scripts|templates)/[\w/.]*)`", architecture())
    )
    assert not [path for path in named if not (ROOT / path).exists()]
    packages = {
        f"{package}/{folder.name}/"
        for package in ("analyzers", "app", "tests")
        for folder in (ROOT / package).iterdir()
        if folder.is_dir() and any(folder.glob("*.py"))
    }
    assert packages <= named


def architecture():
    return (ROOT / "ARCHITECTURE.md").read_text()


def test_links_between_documents_lead_somewhere():
    for document in ROOT.glob("*.md"):
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", document.read_text()):
            assert (ROOT / target).exists(), f"{document.name} links {target}"


def test_the_manifest_asks_for_no_more_than_is_explained():
    """Each permission and each event has a comment above it that says what for."""
    text = (ROOT / "app.yml").read_text()
    manifest = YAML(typ="safe", pure=True).load(text)
    assert manifest["default_permissions"] == {
        "metadata": "read",
        "contents": "read",
        "checks": "write",
        "pull_requests": "write",
        "merge_queues": "read",
        "issues": "read",
    }
    lines = text.splitlines()
    for item in [*manifest["default_permissions"], *manifest["default_events"]]:
        at = next(n for n, line in enumerate(lines) if re.match(rf"  (- )?{item}\b", line))
        assert lines[at - 1].startswith("  #"), item


def tracked_files():
    ran = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True)
    return [ROOT / name for name in ran.stdout.decode().split("\0")[:-1]]


def test_no_file_names_a_package_registry_or_a_place_on_somebodys_machine():
    """Locks and scripts have to work wherever packages come from."""
    foreign = ["pypi." + "org", "pythonhosted" + ".org", "registry.npm" + "js", "debian" + ".org"]
    private = ["/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/", "/tmp/" + "scratch"]
    found = {
        f"{path.relative_to(ROOT)}: {word}"
        for path in tracked_files()
        if path.is_file()
        for word in foreign + private
        if word in path.read_text(errors="replace")
    }
    assert not found


def test_every_dependency_is_locked_by_hash():
    for lock in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / lock).read_text()
        packages = re.split(r"^(?=[a-z])", text, flags=re.MULTILINE)[1:]
        assert len(packages) > 30
        assert all("==" in package and "--hash=sha256:" in package for package in packages)
