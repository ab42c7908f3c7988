"""The addresses of an account's end, which is about notebooks as well."""

from django.urls import path

from notebooks.sharing import closing_pages

urlpatterns = [
    path("accounts/close/", closing_pages.close_account, name="close_account"),
    path("accounts/reopen/<str:secret>", closing_pages.reopen_account, name="reopen_account"),
]
