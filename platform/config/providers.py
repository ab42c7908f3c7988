"""How django-allauth is told of Google and of a school's own OpenID Connect provider."""

from collections.abc import Sequence
from typing import Any


def google(client: str, secret: str, domains: Sequence[str], **addresses: str) -> dict[str, Any]:
    """Google, where a client is configured; of hosted domains its page offers accounts, and our adapter checks them."""
    hosted = {"hd": domains[0] if len(domains) == 1 else "*"} if domains else {}
    return {
        "APPS": [{"client_id": client, "secret": secret}] if client else [],
        **addresses,
        "SCOPE": ["openid", "email", "profile"],
        "AUTH_PARAMS": {"prompt": "select_account", **hosted},
        "OAUTH_PKCE_ENABLED": True,
    }


def school(server: str, identity: str, name: str, client: str, secret: str) -> dict[str, Any]:
    """The provider whose address is `server`, where there is one."""
    app = {
        "provider_id": identity,
        "name": name,
        "client_id": client,
        "secret": secret,
        "settings": {"server_url": server, "oauth_pkce_enabled": True},
    }
    return {"APPS": [app] if server and client else []}
