"""The portal that the environment describes, and its faults as a command line tells them."""

import os
from collections.abc import Mapping

import click

from portal.settings import MissingSettings, Settings, read_settings


def settings_of(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings, or an error that names each one that is missing."""
    try:
        return read_settings(environment)
    except MissingSettings as missing:
        raise click.ClickException(str(missing)) from None
