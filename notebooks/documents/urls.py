"""The addresses of notebooks."""

from django.urls import path

from notebooks.documents import trash_pages, views
from notebooks.documents.frame import sandbox_frame
from notebooks.documents.machine_files import machine_file

urlpatterns = [
    path("", views.home, name="home"),
    path("notebooks/new", views.create, name="create_notebook"),
    path("notebooks/upload", views.upload, name="upload_notebook"),
    path("notebooks/<uuid:notebook_id>", views.editor, name="notebook"),
    path("notebooks/<uuid:notebook_id>.ipynb", views.download, name="download_notebook"),
    path("notebooks/<example:name>.ipynb", views.example, name="example"),
    path("notebooks/<uuid:notebook_id>/original", views.original, name="download_original"),
    path("notebooks/<uuid:notebook_id>/rename", views.rename, name="rename_notebook"),
    path("notebooks/<uuid:notebook_id>/trash", views.trash, name="trash_notebook"),
    path("notebooks/<uuid:notebook_id>/machine/file", machine_file, name="machine_file"),
    path("trash", trash_pages.trash, name="trash"),
    path("sandbox/frame", sandbox_frame, name="sandbox-frame"),
]
