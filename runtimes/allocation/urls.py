"""The addresses of plans."""

from django.urls import path

from runtimes.allocation import plan_pages

urlpatterns = [path("plans/", plan_pages.plans, name="plans")]
