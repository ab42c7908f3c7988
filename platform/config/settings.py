"""Every setting of the platform, read from the environment once, at the start.

A wrong value stops the start with the name of the variable. A secret may come from a file: `NAME_FILE=/path` is read
where `NAME` is not set. The README lists the variables that an administrator would touch.
"""

import socket
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from environs import Env, validate

from accounts.logs import logging_settings
from config.beat import every
from config.build import name_of_build
from config.hooks import TOMONI_AT_CLOSING, TOMONI_AT_DELETION, TOMONI_EXPORTS, TOMONI_LETTERS, TOMONI_STORAGE  # noqa: F401
from config.providers import google, school

env = Env()
ROOT = Path(__file__).resolve().parents[2]


def secret(name: str, default: str) -> str:
    """The value of the variable `name`, or the contents of the file that `name`_FILE points at."""
    path = env.str(f"{name}_FILE", "")
    return Path(path).read_text().strip() if path else env.str(name, default)


# --- where things are -------------------------------------------------------------------------------------------
TOMONI_HOME = Path(env.str("TOMONI_HOME", "~/.tomoni")).expanduser()
TOMONI_ADDRESS = env.str("TOMONI_ADDRESS", "http://localhost:8000").rstrip("/")
_address = urlsplit(TOMONI_ADDRESS)
_is_local = _address.hostname in {"localhost", "127.0.0.1"}
_local_names = [f"{_address.scheme}://{name}:{_address.port or 80}" for name in ("localhost", "127.0.0.1")]

DEBUG = env.bool("TOMONI_DEBUG", False)
SECRET_KEY = secret("TOMONI_SECRET_KEY", "insecure: only for tests and for asking `manage.py` for help")
SECRET_KEY_FALLBACKS: list[str] = env.list("TOMONI_OLD_SECRET_KEYS", [])
ALLOWED_HOSTS = env.list(
    "TOMONI_HOSTS", ["localhost", "127.0.0.1"] if _is_local else [_address.hostname or "localhost"]
)
TOMONI_ORIGINS: list[str] = env.list("TOMONI_ORIGINS", _local_names if _is_local else [TOMONI_ADDRESS])
CSRF_TRUSTED_ORIGINS = TOMONI_ORIGINS
TOMONI_SERVER = env.str("TOMONI_SERVER", "uvicorn")
TOMONI_TRUSTED_PROXIES = env.str("TOMONI_TRUSTED_PROXIES", "")
TOMONI_SOCKETS_PER_USER = env.int("TOMONI_SOCKETS_PER_USER", 200)
TOMONI_REQUEST_SECONDS = env.float("TOMONI_REQUEST_SECONDS", 20.0)
LOGGING = logging_settings(env.str("TOMONI_LOG_FORMAT", "text") == "json")

# --- Django ------------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    # Twisted is half a second of each process's start: only where Daphne serves.
    *(["daphne"] if TOMONI_SERVER == "daphne" or "runserver" in sys.argv else []),
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "channels",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.google",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "allauth.usersessions",
    "accounts",
    "config",
    "runtimes.allocation",
    "runtimes.execution",
    "runtimes.userdata",
    "ninja",
    "notebooks.documents",
    "notebooks.sharing",
    "notebooks.collaboration",
    "notebooks.comments",
    "notebooks.history",
    "notebooks.classes",
    "feedback",
    "dashboard",
]
MIDDLEWARE = [
    "accounts.logs.RequestIds",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "accounts.headers.SecurityHeaders",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.AccessTokenAuthentication",
    "accounts.middleware.Locale",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.SignInRequired",
    "accounts.audit.AdministrationIsRecorded",
]
ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.context.page",
                "dashboard.context.banners",
            ]
        },
    }
]
DATABASES = {
    "default": env.dj_db_url("DATABASE_URL", f"postgres://tomoni@{str(TOMONI_HOME / 'run').replace('/', '%2F')}/tomoni")
}
DATABASES["default"]["CONN_MAX_AGE"] = 0  # the pool keeps connections, not the threads
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True  # a restarted PostgreSQL costs nobody an error
if pool_size := env.int("TOMONI_DATABASE_POOL", 12):
    DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {"min_size": 1, "max_size": pool_size, "timeout": 8}
# Rate limits count in the cache: in PostgreSQL they hold for all processes and outlive Redis.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": TOMONI_HOME / "files"},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("TOMONI_STATIC", str(ROOT / ".cache" / "static")))
STATICFILES_DIRS = [ROOT / "frontend" / "dist"] if (ROOT / "frontend" / "dist").is_dir() else []
TOMONI_VITE_MANIFEST = ROOT / "frontend" / "dist" / "manifest.json"
TOMONI_BUILD = env.str("TOMONI_BUILD", "") or name_of_build(TOMONI_VITE_MANIFEST)
WHITENOISE_IMMUTABLE_FILE_TEST = r"^.+[.-][0-9a-zA-Z_-]{8,12}\.(js|css|woff2)$"
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 2**20
FILE_UPLOAD_MAX_MEMORY_SIZE = 4 * 2**20

# --- language ------------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("ja", _("Japanese"))]
LOCALE_PATHS = [ROOT / "templates" / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

# --- Redis: hints and the Celery queue ---------------------------------------------------------------------------
REDIS_URL = env.str("REDIS_URL", f"unix://{TOMONI_HOME / 'run' / 'redis.sock'}")
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL], "prefix": "tomoni"},
    }
}
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False  # its lines look like everybody's
_tidy = env.float("TOMONI_TIDY_SECONDS", 3600.0)
TOMONI_LETTERS_SECONDS = env.float("TOMONI_LETTERS_SECONDS", 60.0)
TOMONI_COMMENT_MAIL_SECONDS = env.float("TOMONI_COMMENT_MAIL_SECONDS", 120.0)
CELERY_BEAT_SCHEDULE = {
    "canary": every("allocation.canary", 10.0),
    "reconcile": every("allocation.reconcile", env.float("TOMONI_RECONCILE_SECONDS", 15.0)),
    "sweep": every("allocation.sweep", env.float("TOMONI_SWEEP_SECONDS", 15.0)),
    "pool": every("allocation.keep_pool", env.float("TOMONI_SWEEP_SECONDS", 15.0)),
    "mail": every("accounts.sweep_mail", TOMONI_LETTERS_SECONDS),
    "feedback": every("feedback.sweep", TOMONI_LETTERS_SECONDS),
    "sharing": every("sharing.sweep", env.float("TOMONI_SWEEP_SECONDS", 15.0)),
    "revisions": every("history.record_revisions", env.float("TOMONI_REVISION_SECONDS", 30.0)),
    "end old trash": every("documents.end_old_trash", _tidy),
    "delete old playgrounds": every("documents.delete_old_playgrounds", _tidy),
    "figures of the day": every("dashboard.roll_up", 300.0),
    "units that run out": every("allocation.warn", 300.0),
    "end closed accounts": every("accounts.end_closed", _tidy),
    "thin revisions": every("history.thin_revisions", _tidy),
    "clear results": every("history.clear_results", _tidy),
}

# --- people (accounts) ---------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
SILENCED_SYSTEM_CHECKS = ["auth.W004", "auth.E003"]  # emails are unique without regard to case, by a constraint
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.passwords.NotBreached"},
    {"NAME": "accounts.passwords.NotGuessed"},
]
# A file of SHA-1 sums of passwords that leaked, sorted, one a line ("HEX" or "HEX:count"): asked on this machine alone.
TOMONI_BREACHED_PASSWORDS = env.str("TOMONI_BREACHED_PASSWORDS", "")
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
TOMONI_SIGNUP_OPEN = env.bool("TOMONI_SIGNUP_OPEN", True)
# Whether everybody may make an organization, or only administrators of the site.
TOMONI_ORGANIZATIONS_OPEN = env.bool("TOMONI_ORGANIZATIONS_OPEN", False)
TOMONI_CLOSING_DAYS = env.float("TOMONI_CLOSING_DAYS", 14.0)
TOMONI_ALLOW_HTTP = env.bool("TOMONI_ALLOW_HTTP", False)
TOMONI_ADMIN_EMAIL = env.str("TOMONI_ADMIN_EMAIL", "admin@example.org")

# So long after signing in, or showing again who one is, administration does not ask for that.
TOMONI_FRESH_SECONDS = env.float("TOMONI_FRESH_SECONDS", 1800.0)
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = _address.scheme
# A classroom signs in from one address in one minute: limits per person are strict, limits per address are not.
ACCOUNT_RATE_LIMITS = {
    "login": env.str("TOMONI_RATE_LOGIN", "600/m/ip"),
    "login_failed": env.str("TOMONI_RATE_LOGIN_FAILED", "300/m/ip,10/5m/key"),
    "signup": env.str("TOMONI_RATE_SIGNUP", "200/m/ip"),
    "reset_password": env.str("TOMONI_RATE_RESET_PASSWORD", "100/m/ip,5/m/key"),
    "reset_password_from_key": "100/m/ip",
    "export": env.str("TOMONI_RATE_EXPORT", "20/h/user"),
    "feedback": env.str("TOMONI_RATE_FEEDBACK", "60/h/ip"),  # of who has not signed in
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ADAPTER = "accounts.adapters.SecondFactorAdapter"
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # a telephone's clock is half a minute wrong
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = _is_local  # browsers take passkeys from localhost without HTTPS as well
MFA_RATE_LIMITS = {"webauthn_login": env.str("TOMONI_RATE_PASSKEY", "600/m/ip")}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("ALLAUTH_TRUSTED_PROXY_COUNT", 0)

# Google is an OpenID Connect provider like others: its addresses are settings. The account is keyed by `sub`.
GOOGLE_CLIENT_ID = env.str("GOOGLE_CLIENT_ID", "")
GOOGLE_CLIENT_SECRET = secret("GOOGLE_CLIENT_SECRET", "")
GOOGLE_AUTHORIZE_URL = env.str("GOOGLE_AUTHORIZE_URL", "https://accounts.google.com/o/oauth2/v2/auth")
# Only people of these Google Workspace domains, by the `hd` claim; without any, everybody with a Google account.
GOOGLE_HOSTED_DOMAINS: list[str] = env.list("GOOGLE_HOSTED_DOMAINS", [])
# A school's own OpenID Connect provider beside or instead of Google: its address says where everything is.
OIDC_SERVER_URL = env.str("OIDC_SERVER_URL", "").rstrip("/")
OIDC_ID = env.str("OIDC_ID", "school")  # in the callback's address: /accounts/oidc/<id>/login/callback/
OIDC_NAME = env.str("OIDC_NAME", "OpenID Connect")  # on the button
OIDC_CLIENT_ID = env.str("OIDC_CLIENT_ID", "")
OIDC_CLIENT_SECRET = secret("OIDC_CLIENT_SECRET", "")
# Where its sign-in page is, if that is another origin than the server's.
OIDC_ORIGINS: list[str] = env.list("OIDC_ORIGINS", [])
SOCIALACCOUNT_ADAPTER = "accounts.adapters.SocialAccountAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False  # an account is never taken over because the address is the same
SOCIALACCOUNT_EMAIL_VERIFICATION = "mandatory"
SOCIALACCOUNT_PROVIDERS: dict[str, dict[str, Any]] = {
    "google": google(
        GOOGLE_CLIENT_ID,
        GOOGLE_CLIENT_SECRET,
        GOOGLE_HOSTED_DOMAINS,
        AUTHORIZE_URL=GOOGLE_AUTHORIZE_URL,
        ACCESS_TOKEN_URL=env.str("GOOGLE_TOKEN_URL", "https://oauth2.googleapis.com/token"),
        IDENTITY_URL=env.str("GOOGLE_USERINFO_URL", "https://www.googleapis.com/oauth2/v2/userinfo"),
        ID_TOKEN_ISSUER=env.str("GOOGLE_ID_TOKEN_ISSUER", "https://accounts.google.com"),
        CERTS_URL=env.str("GOOGLE_CERTS_URL", "https://www.googleapis.com/oauth2/v1/certs"),
    ),
    "openid_connect": school(OIDC_SERVER_URL, OIDC_ID, OIDC_NAME, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET),
}

# Cookies: `__Host-` names cannot be planted by a neighbour on another port or sub-domain, but need HTTPS.
_is_https = _address.scheme == "https"
_cookie = "__Host-tomoni" if _is_https else "tomoni"
SESSION_COOKIE_NAME = f"{_cookie}-session"
CSRF_COOKIE_NAME = f"{_cookie}-csrf"
LANGUAGE_COOKIE_NAME = f"{_cookie}-language"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _is_https
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = env.int("TOMONI_SESSION_SECONDS", 14 * 24 * 3600)
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
CSRF_FAILURE_VIEW = "config.errors.csrf_failure"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _is_https else 0
if _is_https and ALLAUTH_TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- mail ------------------------------------------------------------------------------------------------------------
_mail = env.dj_email_url("EMAIL_URL", "file:")
if "EMAIL_BACKEND" not in _mail:
    raise ImproperlyConfigured("EMAIL_URL has to begin with smtp:, submission:, file:, console: or dummy:.")
EMAIL_BACKEND, EMAIL_FILE_PATH = _mail["EMAIL_BACKEND"], _mail["EMAIL_FILE_PATH"] or TOMONI_HOME / "mail"
EMAIL_HOST, EMAIL_PORT = _mail["EMAIL_HOST"], _mail["EMAIL_PORT"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_USER"], _mail["EMAIL_HOST_PASSWORD"]
EMAIL_USE_SSL, EMAIL_USE_TLS = _mail["EMAIL_USE_SSL"], _mail["EMAIL_USE_TLS"]
EMAIL_TIMEOUT = _mail["EMAIL_TIMEOUT"] or 20
DEFAULT_FROM_EMAIL = _mail.get("DEFAULT_FROM_EMAIL") or f"Tomoni <no-reply@{_address.hostname}>"

# --- the dashboard ---------------------------------------------------------------------------------------------------
# Who reads /metrics sends `Authorization: Bearer` with this; without a token, only this machine may.
TOMONI_METRICS_TOKEN = secret("TOMONI_METRICS_TOKEN", "")

# --- feedback -------------------------------------------------------------------------------------------------------
# Who is told of new messages; without any, the first administrator.
TOMONI_FEEDBACK_EMAIL: list[str] = env.list("TOMONI_FEEDBACK_EMAIL", [])
TOMONI_FEEDBACK_PER_HOUR = env.int("TOMONI_FEEDBACK_PER_HOUR", 20)

# --- machines (runtimes.machines, runtimes.allocation) -------------------------------------------------------------
TOMONI_PROVIDER = env.str("TOMONI_PROVIDER", "sandbox")
TOMONI_SANDBOX_ALLOW: frozenset[str] = frozenset(env.list("TOMONI_SANDBOX_ALLOW", []))
# For other kernels: what the image has besides, as requirements for pip, and as names of Debian packages.
TOMONI_IMAGE_PYTHON: list[str] = env.list("TOMONI_IMAGE_PYTHON", [])
TOMONI_IMAGE_DEBIAN: list[str] = env.list("TOMONI_IMAGE_DEBIAN", [])
TOMONI_START_SECONDS = env.int("TOMONI_START_SECONDS", 60)
# The memory of the runtime type that is made at the first start; afterwards the administrator edits the row.
TOMONI_MEMORY_BYTES = env.int("TOMONI_MEMORY_BYTES", 12 * 2**30)
# The name of this host among those that keep machines, the types it takes (none: all), and labels that types ask for.
TOMONI_HOST_NAME = env.str("TOMONI_HOST_NAME", socket.gethostname(), validate=validate.Length(1, 64))
TOMONI_HOST_TYPES: list[str] = env.list("TOMONI_HOST_TYPES", [])
TOMONI_HOST_LABELS: list[str] = env.list("TOMONI_HOST_LABELS", [])
TOMONI_HOST_BEAT_SECONDS = env.float("TOMONI_HOST_BEAT_SECONDS", 5.0)
TOMONI_HOST_LOST_SECONDS = env.float("TOMONI_HOST_LOST_SECONDS", 45.0)
# What looks like abuse: kinds of signs by which a machine is stopped, when unwatched full load is one, and for how long
# an administrator's word that it was none is remembered.
TOMONI_ABUSE_STOPS: list[str] = env.list("TOMONI_ABUSE_STOPS", ["mining", "pool"])
TOMONI_ABUSE_QUIET_MINUTES = env.float("TOMONI_ABUSE_QUIET_MINUTES", 120.0)
TOMONI_ABUSE_CLEARED_DAYS = env.float("TOMONI_ABUSE_CLEARED_DAYS", 30.0)
# How many boxes this host takes, and what it keeps free besides; without a figure, as many as its memory suggests.
TOMONI_BOXES = env.int("TOMONI_BOXES", None)
TOMONI_RESERVED_MEMORY_BYTES = env.int("TOMONI_RESERVED_MEMORY_BYTES", 512 * 2**20)
TOMONI_NOTICE_SECONDS = env.float("TOMONI_NOTICE_SECONDS", 600.0)
TOMONI_RESETS_PER_HOUR = env.int("TOMONI_RESETS_PER_HOUR", 5)
# The warm pool (runtimes.allocation.pool).
TOMONI_POOL_SIZE = env.int("TOMONI_POOL_SIZE", 1)
TOMONI_POOL_MOST = env.int("TOMONI_POOL_MOST", 10)
TOMONI_POOL_MEMORY_SHARE = env.float("TOMONI_POOL_MEMORY_SHARE", 0.1)
TOMONI_POOL_DEMAND_SECONDS = env.int("TOMONI_POOL_DEMAND_SECONDS", 300)
TOMONI_POOL_AGE_SECONDS = env.int("TOMONI_POOL_AGE_SECONDS", 3600)
TOMONI_POOL_IMPORTS: list[str] = env.list("TOMONI_POOL_IMPORTS", ["numpy", "pandas", "matplotlib.pyplot"])
# What a person's drive holds (`drive.mount`); for drives made from now on.
TOMONI_DRIVE_BYTES = env.int("TOMONI_DRIVE_BYTES", 15 * 1024**3, validate=validate.Range(min=64 * 1024**2))
# These three replace the figures of every type and plan, for tests and for a hurried administrator.
TOMONI_RUNTIMES_PER_USER = env.int("TOMONI_RUNTIMES_PER_USER", None)
TOMONI_IDLE_SECONDS = env.int("TOMONI_IDLE_SECONDS", None)
TOMONI_LIFETIME_SECONDS = env.int("TOMONI_LIFETIME_SECONDS", None)

# --- what machines print (runtimes.execution) ------------------------------------------------------------------------
TOMONI_OUTPUT_SHOWN_BYTES = env.int("TOMONI_OUTPUT_SHOWN_BYTES", 2**20)
TOMONI_OUTPUT_KEPT_BYTES = env.int("TOMONI_OUTPUT_KEPT_BYTES", 256 * 2**20)
TOMONI_BLOB_BYTES = env.int("TOMONI_BLOB_BYTES", 64 * 2**10)
TOMONI_AGENT_WINDOW_BYTES = env.int("TOMONI_AGENT_WINDOW_BYTES", 8 * 2**20)
# Where other web processes reach this one, when they are not on this host and do not share TOMONI_HOME.
TOMONI_PEER_HOST = env.str("TOMONI_PEER_HOST", "")
TOMONI_CONNECT_PATIENCE_SECONDS = env.float("TOMONI_CONNECT_PATIENCE_SECONDS", 25.0)

# --- notebooks -------------------------------------------------------------------------------------------------------
TOMONI_IMPORT_MAX_BYTES = env.int("TOMONI_IMPORT_MAX_BYTES", 100 * 2**20)
TOMONI_UPDATE_MAX_BYTES = env.int("TOMONI_UPDATE_MAX_BYTES", 2 * 2**20)
TOMONI_CELL_MAX_BYTES = env.int("TOMONI_CELL_MAX_BYTES", 4 * 2**20)
TOMONI_DOCUMENT_MAX_BYTES = env.int("TOMONI_DOCUMENT_MAX_BYTES", 32 * 2**20)
TOMONI_ROOM_BEAT_SECONDS = env.float("TOMONI_ROOM_BEAT_SECONDS", 4.0)
TOMONI_ROOM_LINGER_SECONDS = env.float("TOMONI_ROOM_LINGER_SECONDS", 10.0)
TOMONI_SILENCE_SECONDS = env.float("TOMONI_SILENCE_SECONDS", 40.0)
TOMONI_ROLE_SECONDS = env.float("TOMONI_ROLE_SECONDS", 3.0)
TOMONI_COMMENTS_MAX = env.int("TOMONI_COMMENTS_MAX", 5_000)
TOMONI_PLAYGROUND_DAYS = env.float("TOMONI_PLAYGROUND_DAYS", 7.0)
TOMONI_INVITATIONS_PER_HOUR = env.int("TOMONI_INVITATIONS_PER_HOUR", 100)
TOMONI_HANDED_OUT_PER_HOUR = env.int("TOMONI_HANDED_OUT_PER_HOUR", 400)
TOMONI_COMMENTS_PER_HOUR = env.int("TOMONI_COMMENTS_PER_HOUR", 100)
TOMONI_LINK_GUESSES_PER_HOUR = env.int("TOMONI_LINK_GUESSES_PER_HOUR", 60)
TOMONI_REVISION_PAUSE_SECONDS = env.float("TOMONI_REVISION_PAUSE_SECONDS", 120.0)
TOMONI_REVISION_LONGEST_SECONDS = env.float("TOMONI_REVISION_LONGEST_SECONDS", 600.0)
TOMONI_TRASH_DAYS = env.float("TOMONI_TRASH_DAYS", 30.0)
TOMONI_OUTPUT_GRACE_SECONDS = env.float("TOMONI_OUTPUT_GRACE_SECONDS", 24 * 3600.0)
TOMONI_FRAME_HTTPS = env.bool("TOMONI_FRAME_HTTPS", True)
