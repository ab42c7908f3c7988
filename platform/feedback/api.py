"""`POST /api/feedback`: for pages and programs, signed in or not."""

import json
import uuid
from typing import Any

from allauth.core import ratelimit
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status
from ninja.errors import HttpError
from pydantic import Field, ValidationError

from accounts.models import User
from feedback import letters, services
from notebooks.sharing.gates import SignedIn
from notebooks.sharing.limits import Limited, spend


class OrStranger(SignedIn):
    """Anybody, with a CSRF token unless an access token says who it is."""

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        return super().authenticate(request, key) or "stranger"


class Sent(Schema):
    """The fields of a message; as a form, `diagnostics` is JSON in a string and `screenshot` a file."""

    text: str
    kind: str = "idea"
    token: uuid.UUID = Field(default_factory=uuid.uuid4)
    contact: bool = True
    email: str = ""
    page: str = ""
    diagnostics: dict[str, Any] = Field(default_factory=dict)
    content: str = ""
    notebook: uuid.UUID | None = None
    runtime: uuid.UUID | None = None


class Received(Schema):
    """The number by which people call it, and where its answer will be."""

    number: int
    name: str
    url: str
    message: str


BODY = {
    "requestBody": {
        "content": {
            "application/json": {"schema": Sent.model_json_schema()},
            "multipart/form-data": {"schema": Sent.model_json_schema()},
        }
    }
}

router = Router(tags=["feedback"])


@router.post("", response={201: Received}, auth=OrStranger(), openapi_extra=BODY, url_name="send_feedback")
def send_feedback(request: HttpRequest) -> Any:
    """Tell those who run this platform that something is broken, missing, unclear or harmful."""
    sender = request.user if isinstance(request.user, User) else None
    message = _message(request)
    if sender:
        spend(sender, Limited.FEEDBACK)
    elif not ratelimit.consume(request, action="feedback"):
        sentence = _("Too much was sent from this network in the last hour. Try again later, or sign in.")
        raise HttpError(429, sentence)
    row = services.receive(sender, message, get_language() or "en")
    said = _("Thank you. Your message has the number %(name)s.") % {"name": row.name}
    return Status(201, {"number": row.pk, "name": row.name, "url": letters.followed_at(row), "message": said})


def _message(request: HttpRequest) -> services.Message:
    try:
        sent = Sent(**_fields(request))
    except (ValidationError, ValueError) as problem:
        places = (
            ", ".join(".".join(map(str, error["loc"])) for error in problem.errors())
            if isinstance(problem, ValidationError)
            else "body"
        )
        raise services.BadFeedback(_("This could not be read: %(fields)s.") % {"fields": places}) from problem
    file = request.FILES.get("screenshot")
    if file is not None and (file.size or 0) > services.MOST_PICTURE:
        raise services.BadFeedback(_("The picture is larger than 8 MB. Send a smaller one, or none."))
    browser = request.headers.get("User-Agent", "")
    return services.Message(**sent.dict(), browser=browser, screenshot=file.read() if file is not None else b"")


def _fields(request: HttpRequest) -> dict[str, Any]:
    if request.content_type == "application/json":
        fields = json.loads(request.body)
        if not isinstance(fields, dict):
            raise ValueError("not an object")
        return fields
    posted = request.POST.dict()
    if "diagnostics" in posted:
        posted["diagnostics"] = json.loads(str(posted["diagnostics"]) or "{}")
    return {name: value for name, value in posted.items() if value != "" and name in Sent.model_fields}
