"""The settings of one audit, and what is wrong with the configuration that holds them."""

from collections.abc import Callable, Iterator

from analyzers.configuration import Configuration, merged, parse, unreadable
from analyzers.request import Request
from analyzers.rules import catalogue
from analyzers.rules.context import Misconfiguration, Sources
from analyzers.settings import PATH, Settings
from analyzers.source import Place, SourceTree, UnreadableFile
from analyzers.struct import Struct, field, replace


class Configured(Struct, frozen=True):
    """`misconfigured`: the base's configuration is invalid, and the pull request leaves it so.

    The defaults are in force then, as they are for the pull request that corrects it: that one
    is judged by its migrations, else nobody could ever merge it. `proposed` are the settings that
    would count once the pull request is merged, where it changes them.
    """

    settings: Settings
    misconfigured: bool = False
    mistakes: tuple[Misconfiguration, ...] = ()
    sources: Sources = field(default_factory=lambda: Sources({}))
    proposed: Settings | None = None


def configured(request: Request, progress: Callable[[str], None]) -> Configured:
    """What counts is the base's configuration, over its organisation's: a pull request doesn't
    choose its own judge. Where it edits the configuration, its version is read for mistakes, and
    for what it would change.
    """
    if request.settings is not None:
        return Configured(_outranked(request.settings, request))
    default = _default(request)
    base = _configuration(request.base, request, progress)
    head = _configuration(request.head, request, progress) if _edits(request) else None
    shown = base if head is None else head
    invalid = bool(default.problems) or (bool(base.problems) and not _corrects(head))
    settings = Settings() if default.problems or base.problems else merged(default, base)
    return Configured(
        _outranked(settings, request),
        misconfigured=invalid,
        mistakes=(*_of_default(default, request), *_mistakes(base, head)),
        sources=Sources({PATH: shown.file}),
        proposed=_proposed(default, head, settings, request),
    )


def of_base(request: Request) -> Settings:
    """What the base branch alone says, over its organisation; the defaults where it is invalid."""
    if request.settings is not None:
        return request.settings
    default = _default(request)
    base = _configuration(request.base, request, lambda path: None)
    return Settings() if default.problems or base.problems else merged(default, base)


def _proposed(
    default: Configuration, head: Configuration | None, settings: Settings, request: Request
) -> Settings | None:
    if head is None or head.problems or default.problems:
        return None
    proposed = merged(default, head)
    return None if proposed == settings else _outranked(proposed, request)


def _corrects(head: Configuration | None) -> bool:
    return head is not None and not head.problems


def _outranked(settings: Settings, request: Request) -> Settings:
    return settings if request.postgres is None else replace(settings, postgres=request.postgres)


def _edits(request: Request) -> bool:
    return any(PATH in (change.path, change.previous) for change in request.changes)


def _default(request: Request) -> Configuration:
    default = request.organisation
    if default is None:
        return parse(b"", ())
    if default.refused is not None:
        return unreadable(default.refused, default.name)
    return parse(default.content, catalogue(), default.name)


def _of_default(default: Configuration, request: Request) -> Iterator[Misconfiguration]:
    """The mistakes of another repository, which stand at the place of this one's configuration."""
    for problem in default.problems:
        where = f"`{problem.place.path}`, line {problem.place.line}, "
        where += f"column {problem.place.column}: "
        told = replace(problem, message=where + problem.message)
        yield Misconfiguration(told, Place(PATH, 1, 1, 1, 1), counts=True, elsewhere=True)


def _configuration(
    tree: SourceTree, request: Request, progress: Callable[[str], None]
) -> Configuration:
    if PATH in request.unanalysable:
        return unreadable(request.unanalysable[PATH])
    if PATH not in tree.entries():
        return parse(b"", ())
    progress(PATH)
    try:
        content = tree.read(PATH)
    except UnreadableFile as refused:
        return unreadable(refused.reason)
    return parse(content, catalogue())


def _mistakes(base: Configuration, head: Configuration | None) -> Iterator[Misconfiguration]:
    """Each mistake once: in the pull request's version where that has it."""
    if head is None:
        for problem in base.problems:
            yield Misconfiguration(problem, problem.place, counts=True)
        return
    old = {problem.message for problem in base.problems}
    for problem in head.problems:
        yield Misconfiguration(problem, problem.place, counts=problem.message in old)
    kept = {problem.message for problem in head.problems}
    for problem in base.problems:
        if problem.message not in kept:
            line, start = problem.place.line, Place(PATH, 1, 1, 1, 1)
            corrected = _corrects(head)
            yield Misconfiguration(problem, start, True, base_line=line, corrected=corrected)
