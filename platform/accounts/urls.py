"""Sign-in and account pages.

Of allauth's addresses only these: the rest (one-tap sign-in, old names) would be doors that nobody watches.
"""

from allauth.socialaccount.providers.google.provider import GoogleProvider
from allauth.socialaccount.providers.oauth2.urls import default_urlpatterns
from django.urls import include, path

from accounts import avatars, exports, liking, sessions, views

urlpatterns = [
    path("", views.account, name="account"),
    path("tokens/", views.create_token, name="create_token"),
    path("tokens/<int:token>/revoke/", views.revoke_token, name="revoke_token"),
    path("link/<str:secret>", views.sign_in_link, name="sign_in_link"),
    path("settings/", liking.preferences, name="preferences"),
    path("avatar/", avatars.change, name="change_avatar"),
    path("avatars/<str:digest>", avatars.show, name="avatar"),
    path("export/", exports.export, name="export_account"),
    path("sessions/", include("allauth.usersessions.urls")),
    path("sessions/<int:session>/end/", sessions.end, name="end_session"),
    path("2fa/", include("allauth.mfa.urls")),
    path("", include("allauth.account.urls")),
    path("3rdparty/", include("allauth.socialaccount.urls")),
    *default_urlpatterns(GoogleProvider),
    path("", include("allauth.socialaccount.providers.openid_connect.urls")),
]
