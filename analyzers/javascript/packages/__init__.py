"""Models of the packages that migrations use: what is known of them without running them."""

from collections.abc import Mapping

from analyzers.javascript.builtins.environment import PROCESS
from analyzers.javascript.builtins.promise_class import BLUEBIRD
from analyzers.javascript.packages.chance import CRYPTO, OS, UUID
from analyzers.javascript.packages.files import FILES, FILES_LATER
from analyzers.javascript.packages.lodash import LODASH, LODASH_FUNCTIONS
from analyzers.javascript.packages.paths import PATH
from analyzers.javascript.packages.utilities import ASSERT, NOTHING, URL, UTIL
from analyzers.javascript.values import Value

PACKAGES: Mapping[str, Value] = {
    "path": PATH,
    "path/posix": PATH,
    "fs": FILES,
    "fs/promises": FILES_LATER,
    "fs-extra": FILES,
    "crypto": CRYPTO,
    "os": OS,
    "uuid": UUID,
    "util": UTIL,
    "url": URL,
    "assert": ASSERT,
    "process": PROCESS,
    "bluebird": BLUEBIRD,
    "lodash": LODASH,
    "lodash-es": LODASH,
    "dotenv": NOTHING,
    "dotenv/config": NOTHING,
    **{f"lodash/{name}": function for name, function in LODASH_FUNCTIONS.items()},
    **{f"lodash.{name.lower()}": function for name, function in LODASH_FUNCTIONS.items()},
}


def package(name: str) -> Value | None:
    """The model of a package; None where there is none."""
    return PACKAGES.get(name.removeprefix("node:"))
