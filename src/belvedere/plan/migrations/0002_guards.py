"""The database itself refuses a change of what was approved or spent."""

from django.db import migrations

# The last defence of ADR-0015. A person who leaves is still forgotten: the foreign keys to
# accounts may become empty. FOR SHARE waits for an approval that is just being written.
FORWARD = """
CREATE FUNCTION plan_approved_versions_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.approved_at IS NULL THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'UPDATE'
        AND to_jsonb(NEW) - ARRAY['created_by_id', 'approved_by_id']
            = to_jsonb(OLD) - ARRAY['created_by_id', 'approved_by_id']
        AND (NEW.created_by_id IS NULL OR NEW.created_by_id = OLD.created_by_id)
        AND (NEW.approved_by_id IS NULL OR NEW.approved_by_id = OLD.approved_by_id) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'An approved version of a plan is never changed or deleted.'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER plan_approved_versions_stay BEFORE UPDATE OR DELETE ON plan_planversion
    FOR EACH ROW EXECUTE FUNCTION plan_approved_versions_stay();

CREATE FUNCTION plan_approved_content_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint[];
BEGIN
    touched := CASE TG_OP WHEN 'INSERT' THEN ARRAY[NEW.version_id]
        WHEN 'DELETE' THEN ARRAY[OLD.version_id] ELSE ARRAY[OLD.version_id, NEW.version_id] END;
    PERFORM 1 FROM plan_planversion WHERE id = ANY(touched) FOR SHARE;
    IF EXISTS (SELECT 1 FROM plan_planversion
               WHERE id = ANY(touched) AND approved_at IS NOT NULL) THEN
        RAISE EXCEPTION 'Objectives and actions of an approved version are never changed.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER plan_approved_content_stays
    BEFORE INSERT OR UPDATE OR DELETE ON plan_objective
    FOR EACH ROW EXECUTE FUNCTION plan_approved_content_stays();
CREATE TRIGGER plan_approved_content_stays
    BEFORE INSERT OR UPDATE OR DELETE ON plan_plannedaction
    FOR EACH ROW EXECUTE FUNCTION plan_approved_content_stays();

CREATE FUNCTION plan_spends_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.created_by_id IS NULL
        AND to_jsonb(NEW) - 'created_by_id' = to_jsonb(OLD) - 'created_by_id' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'What was spent is never changed or deleted: note the opposite amount.'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER plan_spends_stay BEFORE UPDATE OR DELETE ON plan_spend
    FOR EACH ROW EXECUTE FUNCTION plan_spends_stay();
"""
BACKWARD = """
DROP TRIGGER plan_spends_stay ON plan_spend;
DROP TRIGGER plan_approved_content_stays ON plan_plannedaction;
DROP TRIGGER plan_approved_content_stays ON plan_objective;
DROP TRIGGER plan_approved_versions_stay ON plan_planversion;
DROP FUNCTION plan_spends_stay();
DROP FUNCTION plan_approved_content_stays();
DROP FUNCTION plan_approved_versions_stay();
"""


class Migration(migrations.Migration):
    dependencies = [("plan", "0001_first_release")]
    replaces = [("plan", "0002_living_labs")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
