"""The addresses of feedback: its sender's, and the inbox."""

from django.urls import path

from feedback import inbox, views

urlpatterns = [
    path("feedback/<int:number>", views.follow, name="follow_feedback"),
    path("feedback/<int:number>/screenshot", views.screenshot, name="feedback_screenshot"),
    path("dashboard/feedback/", inbox.inbox, name="feedback_inbox"),
    path("dashboard/feedback/export", inbox.export, name="export_feedback"),
    path("dashboard/feedback/<int:number>", inbox.item, name="feedback_item"),
    path("dashboard/feedback/<int:number>/answer", inbox.answer, name="answer_feedback"),
    path("dashboard/feedback/<int:number>/assign", inbox.assign, name="assign_feedback"),
    path("dashboard/feedback/<int:number>/state", inbox.move, name="move_feedback"),
    path("dashboard/feedback/<int:number>/original", inbox.link, name="link_feedback"),
]
