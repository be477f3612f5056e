"""Events are append-only: the database itself refuses to change or delete one (ISO 9001 7.5.3)."""

from django.db import migrations

FORBID = """
CREATE FUNCTION organisation_event_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'An event is never changed or deleted' USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER organisation_event_append_only BEFORE UPDATE OR DELETE ON organisation_organisationevent
    FOR EACH ROW EXECUTE FUNCTION organisation_event_append_only();
"""
ALLOW = """
DROP TRIGGER organisation_event_append_only ON organisation_organisationevent;
DROP FUNCTION organisation_event_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("organisation", "0001_initial")]
    operations = [migrations.RunSQL(FORBID, ALLOW)]
