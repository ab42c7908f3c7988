"""Every address of the platform."""

from django.contrib import admin
from django.urls import include, path

from config import health
from feedback.api import router as feedback
from feedback.services import BadFeedback
from notebooks.documents.api import api, refuse_with

api.add_router("/feedback", feedback)
api.add_exception_handler(BadFeedback, refuse_with(422, "bad-feedback"))

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("", include("notebooks.sharing.urls")),
    path("accounts/", include("accounts.urls")),
    path("admin/", admin.site.urls),
    path("api/", api.urls),
    path("", include("dashboard.urls")),
    path("", include("feedback.urls")),
    path("", include("organizations.urls")),
    path("", include("runtimes.allocation.urls")),
    path("", include("notebooks.classes.urls")),
    path("", include("notebooks.comments.urls")),
    path("", include("notebooks.documents.urls")),
]

handler400 = "config.errors.bad_request"
handler403 = "config.errors.forbidden"
handler404 = "config.errors.not_found"
handler500 = "config.errors.server_error"
