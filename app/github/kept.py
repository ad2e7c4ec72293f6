"""What GitHub need not be asked twice: contents that have git's id for a name never change."""

from collections.abc import Iterable, Mapping
from typing import Protocol


class Kept(Protocol):
    """Bytes by name, kept between jobs. To lose them costs calls and nothing else."""

    def get(self, names: Iterable[str]) -> dict[str, bytes]:
        """Those of them that are there."""

    def put(self, values: Mapping[str, bytes]) -> None: ...


class Forgetful:
    """Keeps nothing."""

    def get(self, names: Iterable[str]) -> dict[str, bytes]:
        return {}

    def put(self, values: Mapping[str, bytes]) -> None:
        pass
