"""The forms themselves, for programs that fill them in or show them."""

from litestar import Router, get
from litestar.params import FromPath

from portal.domain.forms.asked import AskedForm
from portal.domain.forms.form import form_of
from portal.domain.services import Service


@get("/forms/{service:str}", summary="The questions of a form")
async def read_form(service: FromPath[Service]) -> AskedForm:
    """Every question of today's form of a service: its words for each capacity, why it is asked, how it is answered,
    and who must answer it before sending."""
    return form_of(service)


QUESTIONS = Router("/", route_handlers=[read_form], tags=["The form"])
