"""Every write to the organisation: one function per thing a person does."""

from qms.organisation.services.own import deputy_remove, deputy_set, may_appoint, settings_change
from qms.organisation.services.people import (
    person_change,
    person_create,
    person_deactivate,
    person_reactivate,
)
from qms.organisation.services.roles import (
    group_create,
    group_grant,
    group_join,
    group_leave,
    group_remove,
    group_rename,
    group_revoke,
    role_grant,
    role_revoke,
)
from qms.organisation.services.sign_in import second_step_end
from qms.organisation.services.tree import unit_close, unit_merge, unit_move, unit_reopen
from qms.organisation.services.units import top_unit_create, unit_change, unit_create, unit_head_set

__all__ = [
    "deputy_remove",
    "deputy_set",
    "group_create",
    "group_grant",
    "group_join",
    "group_leave",
    "group_remove",
    "group_rename",
    "group_revoke",
    "may_appoint",
    "person_change",
    "person_create",
    "person_deactivate",
    "person_reactivate",
    "role_grant",
    "role_revoke",
    "second_step_end",
    "settings_change",
    "top_unit_create",
    "unit_change",
    "unit_close",
    "unit_create",
    "unit_head_set",
    "unit_merge",
    "unit_move",
    "unit_reopen",
]
