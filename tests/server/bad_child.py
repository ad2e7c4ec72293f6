"""An analysis process whose analysis does to each file what its name says."""

import ctypes
import os
import signal
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import replace
from posixpath import basename

from analyzers.audit import Audit
from analyzers.findings import Finding, Severity
from analyzers.source import Place
from app.sandbox_child import main


@contextmanager
def analyse(request, progress, store):
    findings = []
    for change in request.changes:
        if change.path in request.unanalysable:
            findings.append(finding(change.path, request.unanalysable[change.path]))
            continue
        progress(change.path)
        text = request.head.read(change.path).decode()
        findings.append(finding(change.path, text))
        DEEDS.get(basename(change.path), lambda: None)()
    yield Audit(findings=tuple(findings))


def finding(path, message):
    return Finding("unparsable-migration", Severity.ERROR, Place(path, 1, 1, 1, 2), message)


def leak():
    held = []
    while True:
        held.append(bytes(10_000_000))


def fill_the_disk():
    with tempfile.TemporaryFile() as file:
        while True:
            file.write(b"x" * 10_000)


def spin():
    while True:
        pass


def say(what):
    os.write(0, what)
    time.sleep(600)


DEEDS = {
    "segfault.js": lambda: ctypes.string_at(0),
    "hang.js": lambda: time.sleep(600),
    "slow.js": lambda: time.sleep(1),
    "spin.js": spin,
    "hungry.js": leak,
    "bug.js": lambda: replace(None),
    "exit.js": lambda: sys.exit(0),
    "write.js": fill_the_disk,
    "babble.js": lambda: say(b"\x00\x00\x00\x04what"),
    "killed.js": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "shout.js": lambda: say(b"\xff\xff\xff\xff"),
}


def start():
    main(int(sys.argv[1]), int(sys.argv[2]), analyse)
