"""The addresses of organizations."""

from django.urls import path

from organizations import groups, joining_pages, members, reports, rules

urlpatterns = [
    path("organizations/", joining_pages.organizations, name="organizations"),
    path("organizations/join/<str:secret>", joining_pages.join, name="join_organization"),
    path("organizations/leave/<int:membership>", joining_pages.leave, name="leave_organization"),
    path("organizations/domain/<str:secret>", joining_pages.verify_domain, name="verify_domain"),
    path("organizations/<slug:slug>/", members.members, name="organization"),
    path("organizations/<slug:slug>/invite", members.invite, name="invite_members"),
    path("organizations/<slug:slug>/links", members.make_link, name="make_invitation_link"),
    path("organizations/<slug:slug>/invitations/<int:invitation>/revoke", members.revoke, name="revoke_invitation"),
    path("organizations/<slug:slug>/members/<int:membership>/role", members.change_role, name="change_member_role"),
    path("organizations/<slug:slug>/members/<int:membership>/remove", members.remove, name="remove_member"),
    path("organizations/<slug:slug>/groups", groups.groups, name="organization_groups"),
    path("organizations/<slug:slug>/groups/<int:group>", groups.group, name="organization_group"),
    path("organizations/<slug:slug>/groups/<int:group>/members", groups.add_members, name="add_group_members"),
    path("organizations/<slug:slug>/groups/<int:group>/remove", groups.remove_member, name="remove_group_member"),
    path("organizations/<slug:slug>/groups/<int:group>/delete", groups.delete, name="delete_group"),
    path("organizations/<slug:slug>/domains", rules.domains, name="organization_domains"),
    path("organizations/<slug:slug>/domains/<int:domain>/remove", rules.remove_domain, name="remove_domain"),
    path("organizations/<slug:slug>/policies", rules.policies, name="organization_policies"),
    path("organizations/<slug:slug>/runtimes", reports.runtimes, name="organization_runtimes"),
    path(
        "organizations/<slug:slug>/runtimes/<uuid:runtime_id>/end",
        reports.end_runtime,
        name="end_organization_runtime",
    ),
    path("organizations/<slug:slug>/usage", reports.usage, name="organization_usage"),
    path("organizations/<slug:slug>/audit", reports.audit, name="organization_audit"),
]
