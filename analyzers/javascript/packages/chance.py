"""`crypto`, `uuid` and `os`: values that differ with every run, or with the host."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analyzers.javascript.builtins.members import Members
from analyzers.javascript.values import Host, Native, Outcome, Unknown, Value
from analyzers.source import Span

if TYPE_CHECKING:
    from analyzers.javascript.machine import Machine


class Digest(Host):
    """`crypto.createHash(…)`: what it gives is not computed."""

    missing_is_slip = False

    def get(self, machine: "Machine", key: str, at: Span) -> Value:
        return Native(key, self._step)

    def _step(self, machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
        return Unknown("what a hash gives is not followed", at)


def random(machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
    return Unknown("it is a random value", at, varies=True)


def of_host(machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
    return Unknown("it depends on the host", at, varies=True)


def digest(machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
    return Digest()


CRYPTO = Members(
    {
        **{name: Native(name, random) for name in ("randomUUID", "randomBytes", "randomInt")},
        **{name: Native(name, digest) for name in ("createHash", "createHmac")},
    }
)

UUID = Members(
    {name: Native(name, random) for name in ("v1", "v4", "v5", "v6", "v7", "v3", "default")}
)

OS = Members(
    {
        **{
            name: Native(name, of_host)
            for name in ("hostname", "platform", "type", "arch", "release", "userInfo", "cpus")
        },
        **{name: Native(name, of_host) for name in ("networkInterfaces", "homedir", "uptime")},
    }
)
