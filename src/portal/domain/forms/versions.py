"""Forms of former times: `versions/N.json` holds version N as it was asked, for ever.

A referral names the version under which it was sent, and each section that in which it was answered: it is shown,
printed and replayed with these. The newest file
is today's form; a test fails when the questions are changed without the next number.
"""

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


def section_then(service: Service, version: int, name: str) -> AskedSection:
    """A section as it was asked in a version: by the form of the service, else by that of another service (which the
    draft came from); where none had it, as the newest version that did. What nobody ever asked has no questions, so
    its answers are told by their bare names: nothing that somebody wrote is left out."""
    for each in (version, *range(FORM_VERSION, 0, -1)):
        for asking in (service, *Service):
            if section := form_then(asking, each).section(name):
                return section
    return AskedSection(name=name, title=name)


def written() -> bytes:
    """Today's forms as their version's file holds them."""
    forms = {service.value: form_of(service) for service in Service}
    return msgspec.json.format(msgspec.json.encode(forms), indent=1) + b"\n"


@cache
def _kept(version: int) -> dict[Service, AskedForm]:
    return msgspec.json.decode((FOLDER / f"{version}.json").read_bytes(), type=dict[Service, AskedForm])
