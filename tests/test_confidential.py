"""What is secret in a migration stands nowhere in what is told of it."""

import pytest

from analyzers.audit import audit
from analyzers.confidential import masked, secrets, without_secrets
from analyzers.memory import MemoryTree
from analyzers.request import Change, ChangeStatus, Request
from analyzers.struct import plain

PATH = "migrations/20240101000000_step.js"


def audited(source: str):
    change = Change(PATH, ChangeStatus.ADDED)
    return audit(Request(MemoryTree({}), MemoryTree({PATH: source}), (change,)))


@pytest.mark.parametrize(
    "source",
    [
        "exports.up = (knex) => knex.raw(`UPDATE users SET password = '{}'`);",
        "exports.up = (knex) => knex('users').update({{ password: '{}' }});",
        "const apiKey = '{}';\nexports.up = (knex) => knex('users').update({{ apiKey }});",
        "const token = '{}';\nexports.up = (knex) => knex.raw('UPDATE users SET a = ?', [token]);",
        "exports.up = (knex) => knex.raw(`DROP TABLE a; SELECT b FROM c WHERE secret = '{}' AN`);",
        "exports.up = (knex) => knex.raw(`INSERT INTO users (token) VALUES ('{}'); TRUNCATE a`);",
    ],
)
def test_no_part_of_an_audit_repeats_a_secret(source: str):
    secret = "qT9v-Zk27LmXw04RbN8sYd"
    found = audited(source.format(secret))
    assert "hardcoded-secret" in {finding.rule for finding in found.findings}
    assert secret not in repr(plain(found))


def test_a_fingerprint_says_nothing_of_the_secret():
    source = "exports.up = (knex) => knex.raw(`UPDATE users SET password = '{}'`);"
    one, other = (audited(source.format(secret)) for secret in ("Tr0ub4dor&3", "hunter22!"))
    assert [f.fingerprint for f in one.findings] == [f.fingerprint for f in other.findings]


def test_a_quote_in_a_secret_does_not_let_it_through():
    found = audited("exports.up = (knex) => knex('users').update({ password: \"O'Tr0ub4dor\" });")
    assert "Tr0ub4dor" not in repr(plain(found))


# Put together from two parts, so that nobody takes this file for a leak.
ISSUED = [
    "AKIA" + "QWERTYUIOPASDFGH",
    "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8",
    "glpat-" + "a1B2c3D4e5F6g7H8i9J0",
    "xoxb-" + "123456789012-123456789012-a1B2c3D4e5F6g7H8i9J0",
    "sk_live_" + "a1B2c3D4e5F6g7H8i9J0",
    "AIza" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R",
    "npm_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8",
    "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0NTY3ODkwIn0." + "dBjftJeZ4CVPmB92K27uhbUJU1p1r_wW",
    "-----BEGIN EC PRIVATE KEY-----" + "\nMHcCAQEE\n" + "-----END EC PRIVATE KEY-----",
]


@pytest.mark.parametrize("secret", ISSUED, ids=lambda secret: secret[:6])
def test_a_key_is_known_by_its_form(secret: str):
    assert without_secrets(f"x = '{secret}';") == "x = '***';"


@pytest.mark.parametrize(
    "harmless",
    [
        "AKIAIOSFODNN7EXAMPLE is_in_the = 'documentation'",
        "password: process.env.DB_PASSWORD",
        "token: crypto.randomBytes(32).toString('hex')",
        "password: await bcrypt.hash(password, 10)",
        "api_key: '${API_KEY}'",
        "postgres://app:${process.env.PASSWORD}@db.acme.com/shop",
        "postgres://$USER:$PASSWORD@db.acme.com/shop",
        "https://acme.com:8080/a@b",
        "table.string('access_token', 2048).comment('The token of the session')",
        "token_hash = 'a8f5f167f44f4964e6c998dee827110ca8f5f167f44f4964e6c998dee827110c'",
        "primary_key = 'a1b2c3d4e5f6a1b2c3d4e5f6'",
        "foreign_key: 'users_organization_id_2024_fk'",
        "password = password_hash('sha256')",
        "WHERE password IS NULL OR token = ''",
        "tokens: 'all of them, 24 hours a day'",
    ],
)
def test_what_is_no_secret_is_left_alone(harmless: str):
    assert not secrets(harmless)


def test_a_blotted_line_keeps_its_length():
    line = "const password = 'Tr0ub4dor&3'; // later"
    assert masked(line) == "const password = '***********'; // later"


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "piece",
    [
        "a", "a.", "a-", "password", "password = ", "'", "x = '", "://", "a://b:", "a://b:c@",
        "eyJ-", "sk-", "xoxb-a-", "-----BEGIN A PRIVATE KEY-----", "insert into a (b) values (",
        "insert into a (b) values ('x'), ", "token: ", "postgres://a.a.a-a.", "'prod-a.",
    ],
)  # fmt: skip
def test_no_text_keeps_the_search_for_long(piece: str):
    text = piece * (200_000 // len(piece))
    source = f"exports.up = (knex) => knex.raw('SELECT 1'); // https:// {text}"
    assert audited(source).migrations
    assert isinstance(without_secrets("password " + text), str)
