"""Log lines are JSON, carry their context, and hold no secret."""

import io
import json
import logging

import pytest

from app import logs

JWT = ".".join(("eyJ" + "hbGc1" * 4, "eyJ" + "pc3Mi" * 60, "c2ln-_" * 9))
SECRETS = [
    "ghs_" + "aB3d" * 9,
    "ghs_12345_" + JWT,
    "ghp_" + "aB3d" * 9,
    "github_pat_" + "aB3d" * 5 + "_" + "aB3d" * 10,
    "v1." + "1f69" * 10,
    JWT,
    "-----BEGIN RSA PRIVATE KEY-----\n" + "MIIE\nIBAA\n" + "-----END RSA PRIVATE KEY-----",
]
"""Of every kind that GitHub hands out, and none that it ever did."""


@pytest.fixture
def lines():
    before = logging.getLogger().handlers[:], logging.getLogger().level
    stream = io.StringIO()
    logs.configure(stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logging.getLogger().handlers[:], _ = before
    logging.getLogger().setLevel(before[1])
    logs.structlog.reset_defaults()


def test_a_line_carries_the_context_it_was_written_in(lines):
    log = logs.logger("app.test")
    with logs.context(delivery="guid", head=None), logs.context(repository="acme/tickets"):
        log.info("began", files=3)
    log.info("ended")
    began, ended = lines()
    assert began["event"] == "began"
    assert (began["delivery"], began["repository"], began["files"]) == ("guid", "acme/tickets", 3)
    assert began["level"] == "info"
    assert "head" not in began
    assert "delivery" not in ended


def test_libraries_write_the_same_lines(lines):
    with logs.context(delivery="guid"):
        logging.getLogger("uvicorn.error").warning("%s is wrong", "something")
    (line,) = lines()
    assert line["event"] == "something is wrong"
    assert (line["logger"], line["delivery"]) == ("uvicorn.error", "guid")


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_is_in_no_line(lines, secret):
    """Wherever it came from: a message, a value, a value's repr, an exception, a library."""
    log = logs.logger("app.test")
    log.info(f"said {secret}", value=secret, nested={"authorization": f"Bearer {secret}"})
    logging.getLogger("urllib3").warning("sent %r", secret)
    try:
        raise ValueError(f"refused {secret}")
    except ValueError:
        log.exception("failed")
    written = json.dumps(lines())
    assert len(lines()) == 3
    for part in secret.split("\n"):
        assert part not in written


def test_a_database_s_password_is_none_of_the_log_s_business():
    address = "postgresql://ann:s3cret@db/migaudit"
    assert logs.redacted(f"tried {address}") == "tried postgresql://[redacted]@db/migaudit"


@pytest.mark.parametrize("text", ["ghost_stories", "the v1.2 release", "eyJ is a prefix", "a:b@c"])
def test_ordinary_text_stays(text):
    assert logs.redacted(text) == text
