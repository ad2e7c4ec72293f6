"""Check runs: list, create, update."""

from collections.abc import Sequence

from app.github.values import CheckRun
from app.report.values import Annotation, Conclusion, Output


class Checks:
    """The check runs of one repository."""

    def list(self, head_sha: str, name: str) -> tuple[CheckRun, ...]:
        """Our App's check runs of that name on a commit, newest first, all that there are."""
        raise NotImplementedError

    def create(
        self, head_sha: str, name: str, external_id: str, details_url: str, output: Output
    ) -> CheckRun:
        """A new check run, `in_progress`."""
        raise NotImplementedError

    def append(
        self, run: CheckRun, output: Output, annotations: Sequence[Annotation] = ()
    ) -> CheckRun:
        """Adds at most fifty annotations to a run that goes on."""
        raise NotImplementedError

    def complete(
        self,
        run: CheckRun,
        conclusion: Conclusion,
        output: Output,
        annotations: Sequence[Annotation] = (),
    ) -> CheckRun:
        """Ends the run; adds at most fifty annotations."""
        raise NotImplementedError

    def get(self, run_id: int) -> CheckRun:
        raise NotImplementedError
