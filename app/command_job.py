"""What people ask for in comments: who may, what is done, and how they see it."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TypeAlias

from analyzers.rules import catalogue
from app.audit_job import Bench, judge_pull
from app.commands import MOST_AT_ONCE
from app.database import Database, PullKey
from app.github import Emoji, Refused, Repository, Role
from app.github.values import IssueComment
from app.logs import logger
from app.publish import CHECK_NAME
from app.report import HELP, Override, explained, sent
from app.report.words import rule_url
from app.rule_page import markdown_of
from app.work import AuditPull, Command, Outcome, Work

MAX_AN_HOUR = 30
"""Commands of one person on one pull request; the next is refused with a face, others not at all:
whoever writes many comments shall not have us write as much."""

_MAX_REASON = 500

Words: TypeAlias = tuple[str, ...]

_log = logger(__name__)


class NotUnderstood(Exception):
    """A command that can't be carried out as it was written; the message says why."""


@dataclass(frozen=True, slots=True)
class Done:
    """What a command comes to: an answer, and work that answers later."""

    reply: str = ""
    more: tuple[Work, ...] = ()


@dataclass(slots=True)
class Told:
    """What the commands of one comment come to: some may be done, others refused."""

    taken: bool = False
    refused: bool = False
    wrong: list[str] = field(default_factory=list)
    more: dict[Work, None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Commands:
    """Carries out the commands of one comment; it may do so twice, and answers once."""

    bench: Bench
    database: Database
    repository: Repository
    work: Command

    def carry_out(self, attempt: int) -> Outcome:
        """Each command of the comment in its turn; all that is wrong with some in one reply."""
        beyond = self._count() - MAX_AN_HOUR
        if beyond > 0:
            return self._refuse() if beyond == 1 else Outcome("ignored")
        asked = (self.work.words, *self.work.others)
        told = Told()
        for number, words in enumerate(asked[:MOST_AT_ONCE]):
            self._one(words, f" {number}" if number else "", attempt, told)
        if len(asked) > MOST_AT_ONCE:
            told.wrong.append(f"Only the first {MOST_AT_ONCE} commands of a comment are done.")
        if told.wrong:
            self._reply("\n\n".join(dict.fromkeys(told.wrong)), " wrong", attempt)
        if told.refused or told.wrong:
            self._refuse()
        if not told.taken:
            return Outcome("refused")
        if not told.more:
            react(self.repository, self.work.comment, Emoji.ROCKET)
        return Outcome("taken", more=tuple(told.more))

    def _one(self, words: Words, name: str, attempt: int, told: "Told") -> None:
        if not self._may(words):
            told.refused = True
            return
        try:
            done = _COMMANDS.get(_name(words), _unknown)(self, words)
        except NotUnderstood as error:
            told.wrong.append(str(error))
            return
        self._take()
        told.taken = True
        told.more.update(dict.fromkeys(done.more))
        if done.reply:
            self._reply(done.reply, name, attempt)

    def _may(self, words: Words) -> bool:
        if _name(words) == "override":
            role = self.repository.role(self.work.person)
            return role.at_least(Role.MAINTAIN) and not self.work.is_author
        return self.work.is_author or self.repository.role(self.work.person).at_least(Role.WRITE)

    def _count(self) -> int:
        """Of the last hour, this one included."""
        work = self.work
        key = PullKey(work.origin.repository, work.number)
        now = int(time.time())
        return self.database.count_command(key, work.comment, work.person, now)

    def _refuse(self) -> Outcome:
        react(self.repository, self.work.comment, Emoji.CONFUSED)
        return Outcome("refused")

    def _take(self) -> None:
        """Shows that it was understood; a second time changes nothing."""
        react(self.repository, self.work.comment, Emoji.EYES)

    def recheck(self, _: Words) -> Done:
        return Done(more=(self._audit(),))

    def sql(self, _: Words) -> Done:
        self._take()
        look = self.repository.look(self.work.number, CHECK_NAME)
        judged = judge_pull(self.bench, self.repository, look)
        subject = self.bench.subject(self.repository, self.work.number, look.head.sha)
        return Done(sent(subject, judged.audit.migrations))

    def explain(self, words: Words) -> Done:
        rule = _rule(words)
        subject = self.bench.subject(self.repository, self.work.number, "")
        return Done(explained(markdown_of(catalogue()[rule]), rule_url(subject, rule)))

    def override(self, words: Words) -> Done:
        rule = _rule(words)
        _, found, reason = " ".join(words).partition(" -- ")
        if not found or not reason.strip():
            raise NotUnderstood("A reason is needed: `/migaudit override RULE -- REASON`.")
        decided = Override(rule, self.work.person, reason.strip()[:_MAX_REASON])
        key = PullKey(self.work.origin.repository, self.work.number)
        self.database.override(key, decided, int(time.time()))
        return Done(more=(self._audit(),))

    def help(self, _: Words) -> Done:
        return Done(HELP)

    def _audit(self) -> AuditPull:
        return AuditPull(self.work.origin, self.work.number, again=True, comment=self.work.comment)

    def _reply(self, body: str, name: str, attempt: int) -> None:
        """Below the pull request, once: an attempt that comes back looks for its answer first."""
        number = f"reply {self.work.number} {self.work.comment}{name}"
        mark = f"<!-- migaudit {number} {self.bench.key.sign(number)} -->"
        try:
            if attempt and any(
                _is(mark, c) for c in self.repository.comments.list(self.work.number)
            ):
                return
            self.repository.comments.create(self.work.number, f"{body}\n\n{mark}")
        except Refused as error:
            _log.info("no answer", reason=str(error))


def _name(words: Words) -> str:
    return words[0] if words else "help"


def _unknown(_: Commands, __: Words) -> Done:
    raise NotUnderstood("This is no command that I know: `/migaudit help` lists them.")


def _rule(words: Words) -> str:
    named = words[1].lower() if len(words) > 1 else ""
    if named in catalogue():
        return named
    near = get_close_matches(named, catalogue(), n=1)
    hint = f" Did you mean `{near[0]}`?" if near else ""
    raise NotUnderstood(f"There is no rule of that name.{hint}")


def react(repository: Repository, comment: int, emoji: Emoji) -> None:
    """In a locked conversation, or under a comment that is gone, nobody misses it."""
    try:
        repository.comments.react(comment, emoji)
    except Refused as error:
        _log.info("no reaction", reason=str(error))


def _is(mark: str, comment: IssueComment) -> bool:
    return comment.ours and mark in comment.body


_COMMANDS: Mapping[str, Callable[[Commands, Words], Done]] = {
    "recheck": Commands.recheck,
    "sql": Commands.sql,
    "explain": Commands.explain,
    "override": Commands.override,
    "help": Commands.help,
}
