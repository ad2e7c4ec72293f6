"""`migaudit rules`: the catalogue and its pages in the terminal."""

from analyzers.rules import catalogue


def test_every_rule_is_listed_with_severity_and_title(migaudit):
    lines = migaudit("rules").output.splitlines()
    assert len(lines) == len(catalogue())
    for line, rule in zip(lines, catalogue().values(), strict=True):
        assert line.split(maxsplit=2) == [rule.id, rule.severity.value, rule.title]


def test_one_rule_is_explained(migaudit):
    ran = migaudit("rules", "non-concurrent-index")
    assert ran.code == 0
    assert ran.output.startswith("non-concurrent-index · error\n")
    assert "When it is fine" in ran.output
    assert "expect:" not in ran.output


def test_programs_get_the_whole_page(migaudit):
    (found,) = migaudit("rules", "drop-table", "--format", "json").json
    assert found["rule"] == "drop-table"
    assert found["severity"] == "error"
    assert found["page"] == catalogue()["drop-table"].page
    listed = migaudit("rules", "--format", "json").json
    assert [rule["rule"] for rule in listed] == list(catalogue())


def test_an_unknown_rule_is_answered_with_the_nearest_one(migaudit):
    ran = migaudit("rules", "drop-tabel")
    assert ran.code == 2
    assert "'drop-table'" in ran.errors
