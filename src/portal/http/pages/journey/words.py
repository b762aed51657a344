"""What forms and how they stand are called on the applicant's pages."""

from collections.abc import Mapping

from portal.application.portal import Portal
from portal.application.sending import FormStatus
from portal.council.services import ServiceWords
from portal.domain.services import Service

STATUS: Mapping[str, str] = {
    FormStatus.SENT.value: "Sent: we have it and will read it",
    "new": "Sent: we have it and will read it",
    FormStatus.ACKNOWLEDGED.value: "Read: we are deciding what to do",
    FormStatus.ANSWERED.value: "Answered",
    FormStatus.WITHDRAWN.value: "Withdrawn by you",
    FormStatus.ERASED.value: "Deleted: we may not keep it any longer",
}


def service_called(portal: Portal, service: Service) -> str:
    """What this council calls a service."""
    words: ServiceWords = getattr(portal.council.services, service.value)
    return words.name


def titles(portal: Portal) -> dict[str, str]:
    """All services by their names here."""
    return {service.value: service_called(portal, service) for service in Service}


def levels_in_words(portal: Portal) -> dict[tuple[str, str], str]:
    """What this council's threshold document calls each level of need, by question and choice. The form's own words
    stay what is answered and kept; these stand below them."""
    return {("level", str(each.level)): f"{each.name}: {each.about}" for each in portal.council.levels_of_need}
