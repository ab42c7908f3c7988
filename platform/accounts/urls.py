"""Sign-in and account pages.

Of allauth's addresses only these: the rest (one-tap sign-in, old names) would be doors that nobody watches.
"""

from allauth.socialaccount.providers.google.provider import GoogleProvider
from allauth.socialaccount.providers.oauth2.urls import default_urlpatterns
from django.urls import include, path

from accounts import views

urlpatterns = [
    path("", views.account, name="account"),
    path("tokens/", views.create_token, name="create_token"),
    path("tokens/<int:token>/revoke/", views.revoke_token, name="revoke_token"),
    path("link/<str:secret>", views.sign_in_link, name="sign_in_link"),
    path("", include("allauth.account.urls")),
    path("3rdparty/", include("allauth.socialaccount.urls")),
    *default_urlpatterns(GoogleProvider),
]
