"""Registers the accounts app with Django."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from allauth.account.signals import email_confirmed, user_logged_in  # apps are loaded only now
        from django.contrib.auth.signals import user_logged_in as any_sign_in

        from accounts import arrivals, freshness

        any_sign_in.connect(freshness.note_sign_in, dispatch_uid="note_sign_in")
        user_logged_in.connect(arrivals.signed_in, dispatch_uid="join_by_domain")
        email_confirmed.connect(arrivals.confirmed, dispatch_uid="join_by_domain")
