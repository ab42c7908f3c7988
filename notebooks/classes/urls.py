"""The addresses of classes."""

from django.urls import path

from notebooks.classes import views

urlpatterns = [
    path("classes/", views.classes, name="classes"),
    path("classes/<int:handout_id>", views.handout, name="handout"),
    path("classes/<int:handout_id>/download", views.download, name="download_copies"),
    path("classes/copies/<int:copy_id>/finish", views.finish, name="finish_copy"),
    path("notebooks/<uuid:notebook_id>/hand-out", views.hand_out, name="hand_out"),
]
