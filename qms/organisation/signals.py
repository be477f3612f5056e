"""What an upper app must hear when the organisation changes.

Sent inside the transaction of the change: a receiver that fails undoes all of it. The organisation knows
nothing of what units and people own; whoever keeps such things moves them with services of its own.
Every signal carries `access`, who did it.
"""

from django.dispatch import Signal

unit_merged = Signal()
"""`unit` has closed and `into` goes on in its place; `head` was the unit's head, or None."""

unit_moved = Signal()
"""`unit` lies, with everything below it, elsewhere in the tree from now on."""

unit_closed = Signal()
"""`unit` has closed without a successor; `above` answers now; `head` was the unit's head, or None."""

head_changed = Signal()
"""`after` answers for `unit` from now on, as its new head or, where it has none, from above, and takes over
what `before` had as its head."""

head_appointed = Signal()
"""`unit`, which had no head, has one now."""

rights_ended = Signal()
"""`people` (ids) see less from now on: a role, a place in a group, a deputyship of theirs has
ended, or they head a unit no more."""

person_placed = Signal()
"""`person` has come or come back, or works in another unit from now on: `before` is the unit until then, or
None. The person's `home_unit` is the new one."""

person_left = Signal()
"""`person` has left; `to` takes over, or None: then whoever is responsible for each unit does."""
