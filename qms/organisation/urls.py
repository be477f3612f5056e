"""Addresses of qms.organisation."""

from django.urls import path

from qms.organisation.views import administration, groups, options, people, person, roles, tree, unit, units

app_name = "organisation"
urlpatterns = [
    path("", tree.tree, name="tree"),
    path("options/people/", options.people, name="people_options"),
    path("options/units/", options.units, name="unit_options"),
    # Units
    path("units/<int:pk>/", unit.unit, name="unit"),
    path("units/<int:pk>/history/", unit.history, name="unit_history"),
    path("units/<int:pk>/edit/", units.edit, name="unit_edit"),
    path("units/<int:pk>/head/", units.head, name="unit_head"),
    path("units/<int:pk>/move/", units.move, name="unit_move"),
    path("units/<int:pk>/merge/", units.merge, name="unit_merge"),
    path("units/<int:pk>/close/", units.close, name="unit_close"),
    path("units/<int:pk>/reopen/", units.reopen, name="unit_reopen"),
    # People
    path("me/", person.me, name="me"),
    path("me/settings/", person.settings, name="settings"),
    path("people/", tree.people, name="people"),
    path("people/<int:pk>/", person.person, name="person"),
    path("people/<int:pk>/history/", person.history, name="person_history"),
    path("people/<int:pk>/edit/", people.edit, name="person_edit"),
    path("people/<int:pk>/leave/", people.leave, name="person_leave"),
    path("people/<int:pk>/back/", people.back, name="person_back"),
    path("people/<int:pk>/second-step/", people.second_step, name="person_second_step"),
    path("people/<int:pk>/deputy/", people.deputy, name="deputy"),
    path("deputies/<int:pk>/end/", people.deputy_end, name="deputy_end"),
    # Roles
    path("roles/give/", roles.give, name="role_give"),
    path("roles/<int:pk>/take/", roles.take, name="role_take"),
    # Administration
    path("administration/", administration.hub, name="admin"),
    path("administration/units/add/", units.add, name="admin_unit_add"),
    path("administration/people/add/", people.add, name="admin_person_add"),
    path("administration/roles/", administration.roles, name="admin_roles"),
    path("administration/history/", administration.history, name="admin_history"),
    path("administration/groups/", groups.groups, name="admin_groups"),
    path("administration/groups/add/", groups.add, name="admin_group_add"),
    path("administration/groups/<int:pk>/", groups.group, name="admin_group"),
    path("administration/groups/<int:pk>/edit/", groups.edit, name="admin_group_edit"),
    path("administration/groups/<int:pk>/remove/", groups.remove, name="admin_group_remove"),
    path("administration/groups/<int:pk>/join/", groups.join, name="admin_group_join"),
    path("administration/groups/<int:pk>/give/", groups.give, name="admin_group_give"),
    path("administration/groups/<int:pk>/leave/<int:person>/", groups.leave, name="admin_group_leave"),
    path("administration/groups/<int:pk>/take/<int:grant>/", groups.take, name="admin_group_take"),
]
