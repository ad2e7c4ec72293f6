"""Finds passwords, keys and tokens in text, and takes them out of what is shown.

A detector knows either the form of a key that one issuer gives out, or a name that only secrets
have beside a value that looks made up. Hashes, UUIDs, words and stand-ins are none.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from math import log2

from analyzers.struct import Struct

HIDDEN = "***"


class Secret(Struct, frozen=True):
    """Characters `start` up to, not including, `end` of a text are a secret. `kind`: a noun."""

    kind: str
    start: int
    end: int


@lru_cache(maxsize=8192)
def secrets(text: str) -> tuple[Secret, ...]:
    """The secrets in a text, be it code or SQL, in order; of two on one place the larger."""
    found = sorted({*_issued(text), *_named(text)}, key=lambda s: (s.start, -s.end))
    kept: list[Secret] = []
    for secret in found:
        if not kept or secret.start >= kept[-1].end:
            kept.append(secret)
    return tuple(kept)


def holds_secret(text: str, start: int, end: int) -> bool:
    """Whether any of these characters of a text belongs to a secret."""
    found = secrets(text)
    before = bisect_left(found, end, key=lambda secret: secret.start)
    return before > 0 and found[before - 1].end > start


def without_secrets(text: str) -> str:
    """`text` with every secret in it replaced."""
    return _replaced(text, lambda secret: HIDDEN)


def masked(text: str) -> str:
    """`text` with every secret in it blotted out; lines and columns stay where they are."""
    return _replaced(text, lambda secret: re.sub(r"[^\r\n]", "*", secret))


def _replaced(text: str, by: Callable[[str], str]) -> str:
    parts: list[str] = []
    end = 0
    for secret in secrets(text):
        parts += text[end : secret.start], by(text[secret.start : secret.end])
        end = secret.end
    return "".join(parts) + text[end:]


@lru_cache(maxsize=1024)
def hiding(files: tuple[str, ...]) -> "Hiding":
    """What takes the secrets of these files out of all that is told of them."""
    return Hiding(files)


class Hiding:
    """Takes secrets out of all that is told of some files: those that a text itself shows to be
    secrets, and those that only the files show."""

    def __init__(self, files: Iterable[str]) -> None:
        values = {text[secret.start : secret.end] for text in files for secret in secrets(text)}
        telling = (value for value in values if len(value) >= _SHORTEST_PASSWORD)
        written = sorted((_written(value) for value in telling), key=len, reverse=True)
        self._known = re.compile("|".join(written)) if written else None

    def __call__(self, text: str) -> str:
        return without_secrets(self._known.sub(HIDDEN, text) if self._known else text)


def _written(value: str) -> str:
    """A pattern for a value, in code or as a literal of SQL."""
    doubled = value.replace("'", "''")
    return "|".join(map(re.escape, (doubled, value) if doubled != value else (value,)))


def is_secret(name: str, value: str) -> str | None:
    """What a value under a name is, as a noun: a password, a key; None: nothing secret."""
    kind = _kind(name)
    if kind is None or _is_stand_in(value) or _is_word(value, name):
        return None
    if kind == "password":
        return None if len(value) < _SHORTEST_PASSWORD or _HASH.fullmatch(value) else kind
    long = len(value) >= _SHORTEST_KEY and not re.search(r"\s", value)
    return kind if long and not _UUID.fullmatch(value) and _is_made_up(value) else None


_ISSUED = {
    "an AWS access key": r"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b",
    "a GitHub token": r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{60,})\b",
    "a GitLab token": r"\bglpat-[\w-]{20,}",
    "a Slack token": r"\bxox[abeoprs]-(?:\w{1,40}-){1,6}\w{10,80}",
    "a Slack webhook": r"\bhooks\.slack\.com/services/T\w+/B\w+/\w{20,}",
    "a Stripe key": r"\b(?:(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9+/=]{24,})",
    "a Google API key": r"\bAIza[\w-]{35}(?![\w-])",
    "a SendGrid key": r"\bSG\.[\w-]{22}\.[\w-]{43}(?![\w-])",
    "a Twilio key": r"\bSK[0-9a-f]{32}\b",
    "an npm token": r"\bnpm_[A-Za-z0-9]{36}\b",
    "an OpenAI key": r"\bsk-(?:proj-|svcacct-)?[A-Za-z0-9_-]{20,200}T3BlbkFJ[A-Za-z0-9_-]{20,}",
    "an Anthropic key": r"\bsk-ant-[\w-]{24,}",
    "a signed token": r"\beyJ[\w-]{10,400}\.eyJ[\w-]{10,4000}\.[\w-]{16,}",
    "a private key": r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----(?:(?!-----).)+"
    r"(?:-----END (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----)?",
}
_ISSUED_FORMS = {kind: re.compile(form, re.DOTALL) for kind, form in _ISSUED.items()}
_ISSUED_SIGNS = {
    "an AWS access key": ("AKIA", "ASIA"),
    "a GitHub token": ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
    "a GitLab token": ("glpat-",),
    "a Slack token": ("xox",),
    "a Slack webhook": ("hooks.slack.com",),
    "a Stripe key": ("sk_", "rk_", "whsec_"),
    "a Google API key": ("AIza",),
    "a SendGrid key": ("SG.",),
    "a Twilio key": ("SK",),
    "an npm token": ("npm_",),
    "an OpenAI key": ("T3BlbkFJ",),
    "an Anthropic key": ("sk-ant-",),
    "a signed token": ("eyJ",),
    "a private key": ("-----BEGIN ",),
}
"""What one of each form holds: to look for that takes a hundredth of the time."""

_URL = re.compile(
    r"(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{0,30}://[^\s:/@'\"`$]{0,100}:(?P<value>[^\s@'\"`/]{1,200})@"
    r"[\w.\[-]",
    re.IGNORECASE,
)
_SQL_PASSWORD = re.compile(r"\bpassword\s+(?P<quote>')(?P<value>(?:[^']|'')+)'", re.IGNORECASE)
_ASSIGNED = re.compile(
    r"(?<![\w.-])(?P<name>[A-Za-z][\w.-]{0,80})[\"'`\]]?(?:\s*(?::=|=>|=(?!=)|:(?!:))|\s*(?:\|\||\?\?))"
    r"\s*(?P<quote>[\"'`])(?P<value>(?:(?!(?P=quote))[^\n\\]){6,400})(?P=quote)"
)

_TELLING = ("pass", "pwd", "secret", "token", "key", "credential")
"""In every name under which a value is a secret, small letters for all."""

_PASSWORD = re.compile(r"(?:^|[a-z0-9_.-])(?:password|passwd|pwd|passphrase)$", re.IGNORECASE)
_KEY = re.compile(
    r"(?:api|access|secret|private|encryption|signing|auth|service|account|master|storage)"
    r"[_.-]?key$|secret$|token$|credentials?$",
    re.IGNORECASE,
)
_SHORTEST_PASSWORD, _SHORTEST_KEY = 6, 16

_STAND_IN = re.compile(
    r"\$\{|\{\{|%[sd(]|^<.*>$|^\[.*\]$|^\$\d|x{4,}|\*{3,}|\.{3}|…|^(.)\1+$|"
    r"example|change.?me|replace|your|dummy|placeholder|sample|redacted|todo|secret.?here|"
    r"^(?:postgres|password|passw0rd|admin|root|secret|test(?:ing)?|pass|user|guest|dev|local)"
    r"[\d!_-]*$",
    re.IGNORECASE,
)
_HASH = re.compile(
    r"\$(?:2[abxy]|argon2\w*|scrypt|pbkdf2[\w-]*|[156y]|s0)\$.+|(?:md5)?[0-9a-f]{32}|[0-9a-f]{40}|"
    r"[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128}|SCRAM-SHA-256\$.+|pbkdf2[_:$].+|sha\d+[:$-].+|"
    r"\{[A-Z0-9]+\}.+",
    re.IGNORECASE,
)
_UUID = re.compile(r"\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?", re.IGNORECASE)
_WORDS = re.compile(r"[^\W\d_]+(?:[\s_.:/,;'()!?-]+[^\W\d_]+)*[\s.:!?]*")
_MADE_UP = 3.0
"""Bits a character: English words have some 2.5, random letters and digits of that length 3.5."""


def _issued(text: str) -> Iterator[Secret]:
    for kind, form in _ISSUED_FORMS.items():
        if not any(map(text.__contains__, _ISSUED_SIGNS[kind])):
            continue
        for found in form.finditer(text):
            if not _STAND_IN.search(found[0]):
                yield Secret(kind, found.start(), found.end())


def _named(text: str) -> Iterator[Secret]:
    if "://" in text:
        yield from _in_urls(text)
    small = text.lower()
    if any(map(small.__contains__, _TELLING)):
        yield from _assigned(text)
        if "insert" in small:
            yield from _inserted(text)


def _in_urls(text: str) -> Iterator[Secret]:
    for found in _URL.finditer(text):
        value = found["value"]
        if not _is_stand_in(value) and not _is_local(text, found.end("value")):
            yield _secret("a password in a URL", found)


def _assigned(text: str) -> Iterator[Secret]:
    for found in _SQL_PASSWORD.finditer(text):
        if is_secret("password", found["value"]):
            yield _secret("a password", found)
    for found in _ASSIGNED.finditer(text):
        kind = is_secret(found["name"], found["value"])
        if kind is not None:
            yield _secret(f"a {kind}", found)


def _inserted(text: str) -> Iterator[Secret]:
    """Values that INSERT puts into columns with a telling name."""
    end = 0
    for insert in _INSERT.finditer(text):
        if insert.start() < end:
            continue  # within the rows of the one before
        columns = [column.strip(' \t\n"') for column in insert["columns"].split(",")]
        for index, token in _listed(text, insert.end()):
            end, value = token.end(), token["value"]
            if value is not None and index < len(columns) and is_secret(columns[index], value):
                yield _secret(f"a {is_secret(columns[index], value)}", token)


def _listed(text: str, start: int) -> Iterator[tuple[int, re.Match[str]]]:
    """The tokens of `(…), (…)` from `start` on, each with its position in its row."""
    depth = index = 0
    end = start
    for token in _TOKEN.finditer(text, start):
        if depth == 0 and not _BETWEEN_ROWS.fullmatch(text, end, token.start()):
            return
        end = token.end()
        yield index, token
        if token[0] == "(":
            depth, index = depth + 1, index if depth else 0
        elif token[0] == ")":
            depth -= 1
        elif token[0] == "," and depth == 1:
            index += 1


_BETWEEN_ROWS = re.compile(r"\s*")
_INSERT = re.compile(
    r"\binsert\s+into\s+[\w.\"]+\s*\((?P<columns>[^()]*)\)\s*values\b", re.IGNORECASE
)
_TOKEN = re.compile(r"'(?P<value>(?:[^']|'')*)'|[(),]")


def _secret(kind: str, found: re.Match[str]) -> Secret:
    return Secret(kind, found.start("value"), found.end("value"))


def _kind(name: str) -> str | None:
    if _PASSWORD.search(name):
        return "password"
    return "key or token" if _KEY.search(name) else None


def _is_stand_in(value: str) -> bool:
    return _STAND_IN.search(value) is not None


def _is_word(value: str, name: str) -> bool:
    """Whether it reads as words: a label, a message, the name of a column."""
    return _WORDS.fullmatch(value) is not None or value.lower() == name.lower()


def _is_local(text: str, at: int) -> bool:
    """Whether the host behind the `@` at `at` is the developer's own machine."""
    host = re.match(
        r"@(?:localhost|127\.0\.0\.1|\[::1\]|(?:postgres|db|database)(?=[:/]))", text[at:]
    )
    return host is not None


def _is_made_up(value: str) -> bool:
    """Whether the characters are as mixed as those of a random text."""
    mixed = re.search(r"\d", value) and re.search(r"[A-Za-z]", value)
    counts = Counter(value)
    bits = -sum(n / len(value) * log2(n / len(value)) for n in counts.values())
    return bool(mixed) and bits >= _MADE_UP
