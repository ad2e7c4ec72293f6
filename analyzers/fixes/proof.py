"""Whether a rewritten migration is what was meant: each fix is tried before it is offered."""

from collections import Counter
from collections.abc import Iterable, Mapping

from analyzers.asking import Told
from analyzers.batch import completed
from analyzers.configured import Configured
from analyzers.findings import Direction, Finding
from analyzers.fixes.fix import Meant
from analyzers.loading import Loader
from analyzers.postgres.difference import Between, compare
from analyzers.postgres.operations import Copy, Delete, Insert, Merge, Truncate, Update
from analyzers.postgres.schema import Schema
from analyzers.project import Project
from analyzers.replay import Known
from analyzers.reversal import Verdict, reversal
from analyzers.review import NOTHING, Seen, review
from analyzers.rules.context import AddedMigration, Changes, Later, Replay
from analyzers.source import Entry, SourceTree
from analyzers.struct import Struct, field, replace

MOST_TRIED = 600
"""Statements that are replayed again in one directory, to see what fixes would make of them: some
twenty-five short migrations. A review shows no more fixes; further ones are not looked for."""

BESIDE_STATEMENTS = 20
"""What a trial costs beside its statements, in as many of them."""

ROWS = (Insert, Update, Delete, Merge, Truncate, Copy)


class Rewritten:
    """A `SourceTree` in which one file says something else."""

    def __init__(self, tree: SourceTree, path: str, text: str) -> None:
        self._tree = tree
        self._path = path
        self._content = text.encode("utf-8", "surrogatepass")

    def entries(self) -> Mapping[str, Entry]:
        return self._tree.entries()

    def read(self, path: str) -> bytes:
        return self._content if path == self._path else self._tree.read(path)


class Trials(Struct):
    """Tries rewritten migrations of one directory, each as if it were alone in the pull request."""

    tree: SourceTree
    project: Project
    changes: Changes
    configuration: Configured
    told: Told
    most: int = MOST_TRIED
    _tried: dict[tuple[str, str], "Trial | None"] = field(default_factory=dict)
    _originals: dict[str, "Trial"] = field(default_factory=dict)
    _spent: int = 0

    @property
    def exhausted(self) -> bool:
        """Whether nothing more is tried."""
        return self._spent >= self.most

    def original(self, migration: AddedMigration) -> "Trial":
        """The migration as it is."""
        if migration.path not in self._originals:
            key = (self.changes.directory, migration.path)
            told = {key: self.told[key]} if key in self.told else NOTHING
            self._originals[migration.path] = Trial(migration, self._findings(migration, told))
        return self._originals[migration.path]

    def of(self, migration: AddedMigration, text: str) -> "Trial | None":
        """None: it can't be analysed, doesn't parse, or too much has been tried already."""
        key = (migration.path, text)
        if key not in self._tried:
            self._tried[key] = None if self.exhausted else self._try(migration, text)
            self._spent += _cost(migration)
        return self._tried[key]

    def _try(self, original: AddedMigration, text: str) -> "Trial | None":
        tree = Rewritten(self.tree, original.path, text)
        settings = self.configuration.settings
        loader = Loader(tree, self.project, settings, {}, lambda path: None)
        loaded = loader.load(original.path)
        begun = original.up.steps[0] if original.up and original.up.steps else None
        if original.up is None or loaded.problems:
            return None
        schema = begun.schema if begun else original.up.after
        known = Known(schema, original.up.from_empty)
        database = loader.database(known, begun.transaction if begun else None)
        up = loader.execute(loaded, Direction.UP, database)
        deployed = original.before.following(database.known.schema)
        in_use = replace(database.known, schema=deployed.settled)
        down = loader.execute(loaded, Direction.DOWN, loader.database(in_use))
        made = AddedMigration(
            path=original.path,
            name=original.name,
            sources=loader.sources(loaded, ()),
            transaction=loader.in_transaction(loaded),
            exports=loaded.exports,
            syntax_problems=loaded.problems,
            before=original.before,
            up=up,
            rollback=Later.now(down),
        )
        made = completed(loader, loaded, made)
        return Trial(made, self._findings(made))

    def _findings(self, migration: AddedMigration, told: Told = NOTHING) -> tuple[Finding, ...]:
        alone = replace(self.changes, added=(migration,), modified=(), renamed=(), deleted=())
        found = review(Seen((alone,), told=told), self.configuration).findings
        return tuple(finding for finding in found if finding.place.path == migration.path)


class Trial(Struct, frozen=True):
    """A migration as it would be, and what would be found in it."""

    migration: AddedMigration
    findings: tuple[Finding, ...]

    def settles(self, rule: str, count: int, before: "Trial") -> bool:
        """Whether so many findings of a rule are gone, at least, and none has come."""
        was, now = (Counter(f.rule for f in trial.findings) for trial in (before, self))
        return now[rule] <= was[rule] - count and not now - was

    def reverses(self, major: int) -> bool:
        """Whether `down` surely brings back the schema before `up`."""
        found = reversal(self.migration, major)
        return found is not None and found.verdict is Verdict.REVERSES and found.refused is None

    def means(self, before: "Trial", meant: Meant) -> bool:
        """Whether `up` does the same to rows, and leaves the same schema but for what is `meant`,
        and `down` leaves the same one in the end."""
        old, new = before.migration, self.migration
        if old.up is None or new.up is None:
            return False
        if _rows(old.up) != _rows(new.up) or not _same(old.up.after, new.up.after, meant):
            return False
        if old.down is None or new.down is None or _does_nothing(old.down):
            return True
        return _rows(old.down) == _rows(new.down) and _same(old.down.after, new.down.after, meant)


def _same(one: Schema, other: Schema, meant: Meant) -> bool:
    compared = compare(one, other, Between(complete=True))
    return not compared.doubts and all(map(meant, compared.differences))


def _rows(replay: Replay) -> Iterable[object]:
    """What is done to rows, in order."""
    done = (step.operation for step in replay.steps if isinstance(step.operation, ROWS))
    return [(type(operation), getattr(operation, "table", None)) for operation in done]


def _does_nothing(replay: Replay) -> bool:
    return not replay.steps


def _cost(migration: AddedMigration) -> int:
    return BESIDE_STATEMENTS + sum(len(replay.steps) for replay in migration.replays())
