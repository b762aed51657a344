"""A desk of one's own for each test."""

import base64
import json
from pathlib import Path

import pytest

from portal.keys.secrets import new_secrets
from tests.commands.command_lines import Desk
from tests.eventstore.conftest import log
from tests.eventstore.logbook import Log
from tests.eventstore.rotations import OLD

__all__ = ["log"]


@pytest.fixture
def desk(log: Log, tmp_path: Path) -> Desk:
    """With the secrets by which `log` writes."""
    file = tmp_path / "secrets.json"
    keks = {str(version): base64.b64encode(kek).decode() for version, kek in OLD.items()}
    file.write_text(json.dumps({**json.loads(new_secrets()), "keks": keks}))
    file.chmod(0o600)
    return Desk(log, file)
