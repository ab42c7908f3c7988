"""The addresses of comments beside their API."""

from django.urls import path

from notebooks.comments import views

urlpatterns = [
    path("comments/mail", views.comment_mail, name="comment_mail"),
    path("comments/mail/<str:token>", views.comment_mail_of, name="comment_mail_of"),
]
