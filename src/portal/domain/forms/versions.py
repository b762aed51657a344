"""Forms of former times: `versions/N.json` holds version N as it was asked, for ever.

A referral names the version under which it was sent, and is shown, printed and replayed with that one. The newest file
is today's form; a test fails when the questions are changed without the next number.
"""

from collections.abc import Collection
from functools import cache
from importlib.resources import files

import msgspec

from portal.domain.forms.asked import AskedForm, AskedSection
from portal.domain.forms.form import FORM_VERSION, form_of
from portal.domain.services import Service

FOLDER = files("portal.domain.forms") / "versions"


@cache
def form_then(service: Service, version: int) -> AskedForm:
    """The form of a service as it was in a version. FileNotFoundError where there never was one."""
    if version == FORM_VERSION:
        return form_of(service)
    return _kept(version)[service]


def sections_with(service: Service, version: int, answered: Collection[str]) -> tuple[AskedSection, ...]:
    """The sections to show of a referral: those of its form as it was, and those of other services in which something
    was answered before the draft went from one service to another. Nothing that somebody wrote is left out."""
    own = form_then(service, version).sections
    others = (section for other in Service if other is not service for section in form_then(other, version).sections)
    left = {section.name: section for section in others if section.name in answered}
    return (*own, *(section for name, section in left.items() if name not in {each.name for each in own}))


def written() -> bytes:
    """Today's forms as their version's file holds them."""
    forms = {service.value: form_of(service) for service in Service}
    return msgspec.json.format(msgspec.json.encode(forms), indent=1) + b"\n"


@cache
def _kept(version: int) -> dict[Service, AskedForm]:
    return msgspec.json.decode((FOLDER / f"{version}.json").read_bytes(), type=dict[Service, AskedForm])
