"""What the variables mean."""

import pytest

from app.environment import Environment, Misconfigured

KEY = "-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----\n"
ALL = {"app_id": 5, "private_key": KEY, "webhook_secret": "s3cret"}


def test_without_any_credential_there_are_none():
    assert Environment().credentials() is None


def test_an_empty_variable_is_not_set(monkeypatch):
    monkeypatch.setenv("MIGAUDIT_APP_ID", "")
    assert Environment.read().app_id is None


@pytest.mark.parametrize("missing", ALL)
def test_some_of_them_are_not_enough(missing):
    some = {name: value for name, value in ALL.items() if name != missing}
    with pytest.raises(Misconfigured, match=f"MIGAUDIT_{missing.upper()}"):
        Environment(**some).credentials()


def test_the_key_may_be_a_file_or_stand_on_one_line(tmp_path):
    (tmp_path / "key.pem").write_text(KEY)
    others = {"app_id": 5, "webhook_secret": "s3cret"}
    from_file = Environment(private_key_file=tmp_path / "key.pem", **others).credentials()
    on_one_line = Environment(private_key=KEY.replace("\n", "\\n"), **others).credentials()
    assert from_file.private_key == on_one_line.private_key == KEY


def test_two_secrets_are_valid_while_one_replaces_the_other():
    credentials = Environment(**{**ALL, "webhook_secret": "old, new"}).credentials()
    assert set(credentials.webhook_secrets) == {b"old", b"new", b"old, new"}
    assert credentials.webhook_secrets[0] == b"old"


def test_a_secret_never_shows_itself():
    environment = Environment(**ALL)
    shown = repr(environment) + str(environment) + repr(environment.credentials())
    assert "s3cret" not in shown
    assert "PRIVATE" not in shown


def test_a_value_of_the_wrong_kind_is_named_and_not_repeated(monkeypatch):
    monkeypatch.setenv("MIGAUDIT_APP_ID", "s3cret")
    with pytest.raises(Misconfigured, match="MIGAUDIT_APP_ID") as told:
        Environment.read()
    assert "s3cret" not in str(told.value)


def test_the_database_is_a_file_unless_an_address_is_given(tmp_path):
    folder = tmp_path / "deep" / "data"
    assert Environment(data_dir=folder).database() == f"sqlite:///{folder}/migaudit.sqlite"
    assert folder.is_dir()
    elsewhere = Environment(database_url="postgresql://db/migaudit")
    assert elsewhere.database() == "postgresql://db/migaudit"


@pytest.mark.parametrize(
    ("given", "host", "expected"),
    [
        (None, "127.0.0.1", "http://127.0.0.1:8000"),
        (None, "::1", "http://[::1]:8000"),
        ("https://migaudit.example/", "0.0.0.0", "https://migaudit.example"),
    ],
)
def test_where_browsers_find_it(given, host, expected):
    assert Environment(public_url=given).public(host, 8000) == expected
