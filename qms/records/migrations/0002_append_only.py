"""Decisions are append-only: the database itself refuses to change or delete one (ISO 9001 7.5.3)."""

from django.db import migrations

FORBID = """
CREATE FUNCTION records_decision_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A decision is never changed or deleted' USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER records_decision_append_only BEFORE UPDATE OR DELETE ON records_decision
    FOR EACH ROW EXECUTE FUNCTION records_decision_append_only();
"""
ALLOW = """
DROP TRIGGER records_decision_append_only ON records_decision;
DROP FUNCTION records_decision_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]
    operations = [migrations.RunSQL(FORBID, ALLOW)]
