"""The units as a tree."""

from qms.organisation.models import Unit


def parent_of(unit: Unit) -> Unit | None:
    """The unit right above, closed or not; None for the topmost."""
    found: Unit | None = Unit.objects.filter(path__in=unit.ancestor_paths[1:2]).first()
    return found


def top_unit() -> Unit:
    """The topmost unit: the municipality itself."""
    unit: Unit = Unit.objects.get(depth=1)
    return unit
