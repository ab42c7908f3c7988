"""The addresses of the dashboard."""

from django.urls import path

from dashboard import abuse, hosts, machines, notebooks, notices, people, views
from dashboard.metrics import metrics

urlpatterns = [
    path("metrics", metrics, name="metrics"),
    path("dashboard/", views.dashboard, name="dashboard"),
    path("dashboard/history", views.history, name="dashboard_history"),
    path("dashboard/health", views.whether_well, name="dashboard_health"),
    path("dashboard/audit", views.audit, name="dashboard_audit"),
    path("dashboard/audit/export", views.export_audit, name="export_audit"),
    path("dashboard/runtimes", machines.runtimes, name="dashboard_runtimes"),
    path("dashboard/runtimes/<uuid:runtime_id>/end", machines.end, name="dashboard_end_runtime"),
    path("dashboard/hosts/", hosts.hosts, name="dashboard_hosts"),
    path("dashboard/hosts/<str:name>/drain", hosts.drain, name="drain_host"),
    path("dashboard/hosts/<str:name>/take-back", hosts.take_back, name="take_host_back"),
    path("dashboard/hosts/<str:name>/pool", hosts.set_pool, name="set_host_pool"),
    path("dashboard/hosts/<str:name>/forget", hosts.forget, name="forget_host"),
    path("dashboard/notebooks", notebooks.notebooks, name="dashboard_notebooks"),
    path("dashboard/notebooks/<uuid:identity>", notebooks.notebook, name="dashboard_notebook"),
    path("dashboard/notebooks/<uuid:identity>/freeze", notebooks.freeze_notebook, name="freeze_notebook"),
    path("dashboard/notebooks/<uuid:identity>/unfreeze", notebooks.unfreeze_notebook, name="unfreeze_notebook"),
    path("dashboard/notebooks/<uuid:identity>/look", notebooks.break_glass, name="look_into_notebook"),
    path("dashboard/abuse/", abuse.flags, name="dashboard_abuse"),
    path("dashboard/abuse/<int:flag_id>/clear", abuse.clear, name="clear_abuse"),
    path("dashboard/abuse/<int:flag_id>/confirm", abuse.confirm, name="confirm_abuse"),
    path("dashboard/people", people.people, name="dashboard_people"),
    path("dashboard/people/<int:person_id>", people.person, name="dashboard_person"),
    path("dashboard/people/<int:person_id>/suspend", people.suspend, name="suspend_person"),
    path("dashboard/people/<int:person_id>/reactivate", people.reactivate, name="reactivate_person"),
    path("dashboard/people/<int:person_id>/plan", people.change_plan, name="change_plan"),
    path("dashboard/people/<int:person_id>/stand-in", people.stand_in, name="stand_in"),
    path("dashboard/back", people.back, name="back_to_oneself"),
    path("dashboard/announcements", notices.announcements, name="dashboard_announcements"),
    path("dashboard/announcements/<int:announcement_id>/end", notices.end, name="end_announcement"),
]
