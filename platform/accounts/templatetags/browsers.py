"""What a browser calls itself, in words."""

from django import template
from django.utils.translation import gettext as _
from ua_parser import parse

register = template.Library()


@register.filter
def browser(user_agent: str) -> str:
    """ "Firefox, Linux"; what is no browser, by the first of its words."""
    result = parse(user_agent)
    parts = [part.family for part in (result.user_agent, result.os) if part and part.family != "Other"]
    return ", ".join(parts) or user_agent.split(" ")[0][:60] or _("unknown")
