"""Every address of the platform, read from its own routing: path, methods, and who may use it."""

import inspect
from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from ninja.openapi.views import default_home, openapi_json, openapi_view

from accounts.middleware import PUBLIC_PATHS
from config import routing
from notebooks.documents.api import api
from notebooks.sharing.gates import SignedIn

Route = dict[str, Any]
ANY = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
READING = ["GET", "HEAD"]
API_PAGES = (openapi_json, openapi_view, default_home)
SOCKET_ROLES = {
    "/ws/notebooks/<uuid:notebook>": "viewer",
    "/ws/runtimes/<uuid:audience>": "editor",
    "/ws/runtimes/<uuid:audience>/streams": "editor",
    "/ws/dashboard": "staff",
}


def all_routes() -> list[Route]:
    return [*_pages(get_resolver(), "/"), *_calls(), *_sockets()]


def _pages(resolver: URLResolver, prefix: str) -> Iterator[Route]:
    """What Django routes, except for the calls of the API, which have more to tell."""
    for pattern in resolver.url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _pages(pattern, path)
        elif not path.startswith("/api/") or _unwrapped(pattern) in API_PAGES:
            yield {"path": path, "methods": _methods(pattern), "role": _role(path, pattern)}


def _calls() -> Iterator[Route]:
    for router in api._get_bound_routers():
        for path, view in router.path_operations.items():
            for operation in view.operations:
                [auth] = operation.auth_callbacks
                assert isinstance(auth, SignedIn)
                role = auth.least_role.value if auth.least_role else "signed-in"
                whole = f"/api{router.prefix}{path}".replace("{", "<").replace("}", ">").replace("<uuidstr:", "<uuid:")
                yield {"path": whole, "methods": sorted(operation.methods), "role": role}


def _sockets() -> Iterator[Route]:
    for pattern in routing.browser_sockets.routes:
        path = f"/{pattern.pattern}"
        yield {"path": path, "methods": ["WEBSOCKET"], "role": SOCKET_ROLES[path]}
    for pattern in routing.agents.routes:
        yield {"path": f"/{pattern.pattern}", "methods": ["WEBSOCKET"], "role": "agent-token"}


def _unwrapped(pattern: URLPattern) -> Any:
    return getattr(pattern.callback, "func", pattern.callback)


def _methods(pattern: URLPattern) -> list[str]:
    view = _unwrapped(pattern)
    if view in API_PAGES:
        return READING
    if view_class := getattr(view, "view_class", None):
        return sorted(name.upper() for name in view_class.http_method_names if hasattr(view_class, name))
    while True:
        found = inspect.getclosurevars(view).nonlocals.get("request_method_list") if inspect.isfunction(view) else None
        if found:
            return sorted(found)
        if not hasattr(view, "__wrapped__"):
            return ANY
        view = view.__wrapped__


def _role(path: str, pattern: URLPattern) -> str:
    if path in PUBLIC_PATHS or not getattr(pattern.callback, "login_required", True):
        return "public"
    if path.startswith("/admin/"):
        return "staff"
    role = getattr(pattern.callback, "least_role", None)
    return role.value if role else "signed-in"
