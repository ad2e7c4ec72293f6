"""`migaudit config`, as a user runs it."""

import jsonschema_rs
import pytest

PATH = ".github/migaudit.yml"


def test_it_tells_each_setting_and_where_it_comes_from(repository, migaudit):
    repository.write(
        PATH,
        "fail_on: warning\nrules:\n  drop-table: off\nenv: {A: hunter2}\ncomments: {limit: 3}\n",
    )
    shared = repository.write("shared.yml", "postgres: 16\nrules: {drop-table: error}\n")
    ran = migaudit("config", "--organisation", shared)
    assert ran.code == 0
    told = {line.split()[0]: line.split()[1:] for line in ran.output.splitlines()[1:]}
    assert told["fail_on"] == ["warning", f"{PATH}:1"]
    assert told["postgres"] == ["16", "shared.yml:1"]
    assert told["rules.drop-table"] == ["off", f"{PATH}:3"]
    assert told["env.A"] == ["(set)", f"{PATH}:4"]
    assert told["comments.limit"] == ["3", f"{PATH}:5"]
    assert told["naming"] == ["repository", "default"]
    assert "hunter2" not in ran.output


def test_without_a_file_the_defaults_are_in_force(repository, migaudit):
    ran = migaudit("config", "--format", "json")
    assert (ran.code, ran.json["valid"]) == (0, True)
    assert {one["path"] for one in ran.json["settings"]} == {None}


@pytest.mark.parametrize("folder", [".", "packages/api"])
def test_every_mistake_is_told_with_its_place(repository, migaudit, folder):
    repository.write(PATH, "fail-on: error\nrules:\n  drop-tabel: off\n")
    (repository.directory / folder).mkdir(parents=True, exist_ok=True)
    ran = migaudit("config", cwd=repository.directory / folder)
    assert ran.code == 1
    assert f"{PATH}:1:1" in ran.output
    assert f"{PATH}:3:3" in ran.output
    assert "Write `drop-table`." in ran.output


def test_a_mistake_of_the_organisation_counts(repository, migaudit):
    shared = repository.write("shared.yml", "postgres: 9\n")
    ran = migaudit("config", "--organisation", shared, "--format", "json")
    assert ran.code == 1
    (problem,) = ran.json["problems"]
    assert (problem["path"], problem["line"], problem["column"]) == ("shared.yml", 1, 11)


def test_a_file_that_is_not_there_could_not_be_checked(repository, migaudit):
    assert migaudit("config", "none.yml").code == 2


def test_editors_get_a_schema(repository, migaudit):
    schema = migaudit("config", "--schema").json
    jsonschema_rs.meta.validate(schema)
    assert jsonschema_rs.is_valid(schema, {"rules": {"drop-table": "off"}})
    assert not jsonschema_rs.is_valid(schema, {"rules": {"drop-tabel": "off"}})
