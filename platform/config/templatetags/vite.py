"""`{% vite "src/main.ts" %}`: the tags that load an entry of the front end."""

from django import template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from config.vite import files_of

register = template.Library()


@register.simple_tag
def vite_module(entry: str) -> str:
    """The address of an entry's module, for a script that imports it when it is wanted."""
    return static(files_of(entry).module)


@register.simple_tag
def vite(entry: str) -> SafeString:
    files = files_of(entry)
    parts = (
        format_html_join("\n", '<link rel="stylesheet" href="{}">', ((static(style),) for style in files.styles)),
        format_html_join("\n", '<link rel="modulepreload" href="{}">', ((static(path),) for path in files.preloads)),
        format_html('<script type="module" src="{}"></script>', static(files.module)) if files.module else "",
    )
    return format_html_join("\n", "{}", ((part,) for part in parts if part))
