"""What the organisation offers the rest of the ground."""

from qms.contributions import DemoPart, demo_parts
from qms.organisation.services.demonstration import municipality_load

demo_parts.add(DemoPart(key="organisation", load=municipality_load, order=10))
