"""GitHub's workflows: jobs and steps, each with its place."""

from collections.abc import Iterator, Mapping

from analyzers.source import Place, SourceFile, Span
from analyzers.struct import Struct
from analyzers.yaml_tree import InvalidYaml, Listing, Node, Scalar, Table, tree_of

FOLDER = ".github/workflows/"


class Step(Struct, frozen=True):
    """One step: the script that it runs, or gives to an action (over SSH, say), and that action."""

    name: str
    run: str
    uses: str
    variables: Mapping[str, str]
    span: Span
    folder: str = ""


class Job(Struct, frozen=True):
    """One job. `environment`: the gate that it passes; `services`: images that run beside it."""

    id: str
    name: str
    span: Span
    needs: tuple[str, ...]
    environment: str | None
    services: tuple[str, ...]
    steps: tuple[Step, ...]
    calls: str = ""


class Workflow(Struct, frozen=True):
    file: SourceFile
    name: str
    events: tuple[str, ...]
    jobs: Mapping[str, Job]
    start: Span

    @property
    def path(self) -> str:
        return self.file.path

    def place_of(self, step: Step, command: str) -> Place:
        """The line of a step that holds a command, else the step's first."""
        whole = self.file.place(step.span)
        for number, line in enumerate(self.file.lines(whole.line, whole.end_line), whole.line):
            bare = line.strip().removeprefix("- ").removeprefix("run:").rstrip("\\").strip()
            if command in line or (bare and command.startswith(bare)):
                start = len(line) - len(line.lstrip()) + 1
                return Place(self.path, number, number, start, len(line.rstrip()) + 1)
        return Place(self.path, whole.line, whole.line, whole.column, whole.column + 1)

    def before(self, job: Job) -> tuple[Job, ...]:
        """All jobs that have to be done before it."""
        found: dict[str, Job] = {}
        pending = list(job.needs)
        while pending:
            name = pending.pop()
            if name in self.jobs and name not in found and name != job.id:
                found[name] = self.jobs[name]
                pending.extend(self.jobs[name].needs)
        return tuple(found.values())


def is_workflow(path: str) -> bool:
    inside = path.startswith(FOLDER) and "/" not in path.removeprefix(FOLDER)
    return inside and path.endswith((".yml", ".yaml"))


def workflow_of(file: SourceFile) -> Workflow:
    """Reads a workflow; what isn't in the form of one is left out. Raises `InvalidYaml`."""
    root = tree_of(file)
    if root is None:
        raise InvalidYaml(Span(file.path, 0, 0), "it is empty")
    document = _table(root)
    variables = _texts(document.get("env"))
    jobs = {
        name: _job(name, node, variables)
        for name, node in _table(document.get("jobs")).items()
        if isinstance(node, Table)
    }
    events = _words(document.get("on")) or tuple(_table(document.get("on")))
    start = _key(root, "jobs") or Span(file.path, 0, 1)
    return Workflow(file, _text(document.get("name")), events, jobs, start)


def _job(name: str, node: Table, variables: Mapping[str, str]) -> Job:
    told = _table(node)
    own = {**variables, **_texts(told.get("env"))}
    folder = _text(_table(_table(told.get("defaults")).get("run")).get("working-directory"))
    steps = told.get("steps")
    gate = told.get("environment")
    named = _table(gate).get("name") if isinstance(gate, Table) else gate
    return Job(
        id=name,
        name=_text(told.get("name")),
        span=node.span,
        needs=_words(told.get("needs")),
        environment=_text(named) or None,
        services=tuple(_images(told.get("services"))),
        steps=tuple(_steps(steps, own, folder)) if isinstance(steps, Listing) else (),
        calls=_text(told.get("uses")),
    )


def _steps(steps: Listing, variables: Mapping[str, str], folder: str) -> Iterator[Step]:
    for node in steps.items:
        told = _table(node)
        yield Step(
            name=_text(told.get("name")),
            run=_text(told.get("run")) or _text(_table(told.get("with")).get("script")),
            uses=_text(told.get("uses")),
            variables={**variables, **_texts(told.get("env"))},
            span=_whole(node),
            folder=_text(told.get("working-directory")) or folder,
        )


def _whole(node: Node) -> Span:
    """From its beginning to the end of the last text in it."""
    pending, end = [node], node.span.end
    while pending:
        one = pending.pop()
        end = max(end, one.span.end)
        if isinstance(one, Table):
            pending.extend(part for pair in one.items for part in pair)
        elif isinstance(one, Listing):
            pending.extend(one.items)
    return Span(node.span.path, node.span.start, end)


def _images(node: Node | None) -> Iterator[str]:
    for name, service in _table(node).items():
        image = _text(_table(service).get("image")) if isinstance(service, Table) else ""
        yield image or _text(service) or name


def _table(node: Node | None) -> dict[str, Node]:
    if not isinstance(node, Table):
        return {}
    return {key.text: value for key, value in node.items if isinstance(key, Scalar)}


def _key(node: Node, name: str) -> Span | None:
    items = node.items if isinstance(node, Table) else ()
    return next((k.span for k, _ in items if isinstance(k, Scalar) and k.text == name), None)


def _text(node: Node | None) -> str:
    return node.text if isinstance(node, Scalar) and not node.is_null else ""


def _texts(node: Node | None) -> dict[str, str]:
    return {key: value.text for key, value in _table(node).items() if isinstance(value, Scalar)}


def _words(node: Node | None) -> tuple[str, ...]:
    """One word, or a list of them."""
    if isinstance(node, Listing):
        return tuple(item.text for item in node.items if isinstance(item, Scalar))
    return (node.text,) if isinstance(node, Scalar) and node.text else ()
