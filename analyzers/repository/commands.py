"""Commands of a shell: which of them migrate a database, back it up, or bring out new code."""

import re
from collections.abc import Iterator, Mapping
from enum import Enum

from analyzers.struct import Struct

MAX_COMMAND = 2_000
"""Characters of a command that are looked at; expressions would take long over more."""


class Kind(Enum):
    """What a command does, as far as it concerns migrations."""

    UP = "migrates"
    DOWN = "takes migrations back"
    BACKUP = "makes a backup"
    DEPLOY = "brings out new code"


def kind(command: str) -> Kind | None:
    """What a command does; None: nothing that is known here."""
    return next((kind for kind, pattern in _KINDS.items() if pattern.search(command)), None)


def action_kind(action: str) -> Kind | None:
    """What an action that a step `uses` does."""
    if _BACKUP_ACTION.search(action):
        return Kind.BACKUP
    return Kind.DEPLOY if _DEPLOY_ACTION.search(action) else None


def split(text: str) -> Iterator[str]:
    """The single commands of a script; a line that ends in a backslash goes on in the next."""
    joined = re.sub(r"\\\n\s*", " ", text)
    for line in joined.split("\n"):
        bare = line.strip()
        if bare and not bare.startswith("#"):
            parts = (part.strip() for part in _BETWEEN.split(bare))
            yield from (part[:MAX_COMMAND] for part in parts if part)


class Target(Struct, frozen=True):
    """Which environment a text speaks of; None where it speaks of none."""

    name: str

    @property
    def production(self) -> bool:
        return bool(_PRODUCTION.search(self.name))


def target(command: str, variables: Mapping[str, str] | None = None) -> Target | None:
    """The environment that a command names itself, or that its variables name."""
    named = _OPTION.search(command) or _VARIABLE.search(command)
    if named:
        return Target(named[1])
    for name, value in (variables or {}).items():
        if name in _NAMING and not value.startswith("${{"):
            return Target(value)
    for value in (variables or {}).values():
        secret = _SECRET.search(value)
        if secret and _ENVIRONMENT.search(secret[1]):
            return Target(secret[1])
    return None


def environment_in(words: str) -> Target | None:
    """The environment that a name speaks of: of a job, a step, a script."""
    return Target(words) if _ENVIRONMENT.search(words) else None


def script_run(command: str) -> str | None:
    """The script of package.json that a command runs."""
    found = _SCRIPT.search(command)
    if found is None or (found["tool"] == "npm" and not found["run"] and found["name"] not in _NPM):
        return None
    return found["name"]


def file_run(command: str) -> str | None:
    """The shell script in the repository that a command runs."""
    found = _FILE.match(command)
    return found[1].removeprefix("./") if found else None


_BETWEEN = re.compile(r"&&|\|\||;|(?<!\|)\|(?!\|)")
_KNEX = r"\bknex(?:\.js|\.ts)?\b.*\bmigrate:"
_KINDS: Mapping[Kind, re.Pattern[str]] = {
    Kind.DOWN: re.compile(_KNEX + r"(?:rollback|down)\b"),
    Kind.UP: re.compile(_KNEX + r"(?:latest|up)\b"),
    Kind.BACKUP: re.compile(
        r"\b(?:pg_dump|pg_dumpall|pg_basebackup|pgbackrest|barman|wal-g|restic|pg:backups"
        r"|create-db-snapshot|create-db-cluster-snapshot|sql backups create|velero backup)\b"
    ),
    Kind.DEPLOY: re.compile(
        r"\bkubectl (?:apply|rollout restart|set image|replace)\b|\bhelm (?:upgrade|install)\b"
        r"|\baws ecs update-service\b|\baws lambda update-function-code\b|\beb deploy\b"
        r"|\bgcloud (?:run|app|functions) deploy\b|\baz webapp (?:deploy|up)\b"
        r"|\b(?:fly|flyctl) deploy\b|\bvercel\b.*--prod\b|\bserverless deploy\b|\bsls deploy\b"
        r"|\bheroku container:release\b|\bgit push heroku\b|\bcdk deploy\b|\bnomad job run\b"
        r"|\bdocker stack deploy\b|\brailway up\b|\bpm2 (?:reload|restart|deploy)\b"
        r"|\bargocd app sync\b|\bkamal deploy\b|\bwrangler deploy\b|\bcap \w+ deploy\b"
    ),
}
_DEPLOY_ACTION = re.compile(
    r"(?:amazon-ecs-deploy-task-definition|webapps-deploy|k8s-deploy|heroku-deploy|deploy-cloudrun"
    r"|deploy-appengine|aws-lambda-deploy|beanstalk-deploy|vercel-action|flyctl-actions|kamal)"
)
_BACKUP_ACTION = re.compile(r"backup|snapshot|pg[-_]?dump", re.IGNORECASE)
_PRODUCTION = re.compile(r"(?<![a-z])(?:prod|production|live)(?![a-z])", re.IGNORECASE)
_ENVIRONMENT = re.compile(
    r"(?<![a-z])(?:prod|production|live|staging|stage|stg|qa|uat|test|testing|dev|development"
    r"|preview|sandbox|local|ci)(?![a-z])",
    re.IGNORECASE,
)
_OPTION = re.compile(r"--env(?:ironment)?[= ]['\"]?([\w-]+)")
_VARIABLE = re.compile(r"\b(?:NODE_ENV|KNEX_ENV|APP_ENV)=['\"]?([\w-]+)")
_NAMING = ("NODE_ENV", "KNEX_ENV", "APP_ENV")
_SECRET = re.compile(r"\$\{\{\s*(?:secrets|vars)\.(\w+)")
_SCRIPT = re.compile(
    r"\b(?P<tool>npm|yarn|pnpm|bun)\b(?:\s+(?:-[\w-]+(?:=\S+)?|-C \S+|--prefix \S+"
    r"|workspace \S+|-w \S+|--filter \S+))*(?P<run>\s+run(?:-script)?)?"
    r"(?:\s+-[\w-]+(?:=\S+)?)*\s+(?P<name>[\w][\w:.-]*)"
)
_NPM = ("test", "start", "t")
_FILE = re.compile(r"(?:(?:bash|sh|zsh)\s+(?:-\w+\s+)*)?((?:\./)?[\w./-]+\.sh)\b")
