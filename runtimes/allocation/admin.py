"""Runtime types, plans and runtimes in Django's administration pages."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from runtimes.allocation.models import Plan, PlanHolder, Runtime, RuntimeChange, RuntimeType
from runtimes.allocation.services import reset_runtime
from runtimes.allocation.states import Reason

GIBIBYTE = 2**30


@admin.register(RuntimeType)
class RuntimeTypeAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = (
        "name",
        "slug",
        "memory",
        "disk",
        "cpus",
        "accelerator",
        "label",
        "network",
        "is_offered",
        "position",
    )
    list_editable = ("is_offered", "position")

    @admin.display(description=_("memory"))
    def memory(self, kind: RuntimeType) -> str:
        return f"{kind.memory_bytes / GIBIBYTE:.1f} GB"

    @admin.display(description=_("disk"))
    def disk(self, kind: RuntimeType) -> str:
        return f"{kind.disk / GIBIBYTE:.0f} GB"

    def get_readonly_fields(self, request: HttpRequest, obj: RuntimeType | None = None) -> tuple[str, ...]:
        """Notebooks name their type."""
        return ("slug",) if obj else ()


class PlanHolderInline(admin.TabularInline):  # type: ignore[type-arg]
    model = PlanHolder
    extra = 0
    autocomplete_fields = ("user", "organization")


@admin.register(Plan)
class PlanAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "slug", "is_default", "runtimes_at_once", "lifetime_hours", "background_minutes")
    filter_horizontal = ("types",)
    inlines = (PlanHolderInline,)


class RuntimeChangeInline(admin.TabularInline):  # type: ignore[type-arg]
    model = RuntimeChange
    extra = 0
    readonly_fields = ("old", "new", "reason", "at")
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Runtime)
class RuntimeAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Runtimes can be seen and ended here; only people ask for them."""

    list_display = ("owner", "type", "plan", "state", "reason", "requested_at", "last_activity_at", "ends_at")
    list_filter = ("state", "type", "plan", "reason")
    search_fields = ("owner__email", "audience")
    list_select_related = ("owner", "type", "plan")
    inlines = (RuntimeChangeInline,)
    actions = ("end",)

    @admin.action(description=_("End these runtimes"))
    def end(self, request: HttpRequest, runtimes: Any) -> None:
        ended = sum(reset_runtime(runtime, Reason.USER, "An administrator ended the machine.") for runtime in runtimes)
        self.message_user(request, _("%(count)s runtimes end now.") % {"count": ended})

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.method in ("GET", "HEAD") or "action" in request.POST

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [field.name for field in Runtime._meta.fields if field.name != "token_digest"]

    exclude = ("token_digest",)
