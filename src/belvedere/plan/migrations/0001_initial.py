"""Operating plans; triggers refuse a change of what was approved."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

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
    initial = True

    dependencies = [
        ("territory", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="OperatingPlan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                ("is_demo", models.BooleanField(default=False, editable=False)),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="operating_plans",
                        to="territory.area",
                        verbose_name="area",
                    ),
                ),
            ],
            options={
                "verbose_name": "operating plan",
                "verbose_name_plural": "operating plans",
                "ordering": ["-year", "area"],
            },
        ),
        migrations.CreateModel(
            name="ActionLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("action", models.SlugField(max_length=60, verbose_name="planned action")),
                (
                    "subject",
                    models.CharField(
                        help_text="action:12", max_length=80, verbose_name="published as"
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links",
                        to="plan.operatingplan",
                    ),
                ),
            ],
            options={
                "verbose_name": "published action of a plan",
                "verbose_name_plural": "published actions of plans",
                "ordering": ["plan", "action", "pk"],
            },
        ),
        migrations.CreateModel(
            name="PlanVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="number")),
                (
                    "note",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="why this version"
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("approved_at", models.DateTimeField(null=True)),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="plan.operatingplan",
                    ),
                ),
                (
                    "previous",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="next_versions",
                        to="plan.planversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "version of a plan",
                "verbose_name_plural": "versions of plans",
                "ordering": ["plan", "number"],
            },
        ),
        migrations.CreateModel(
            name="PlannedAction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.SlugField(max_length=60, verbose_name="key")),
                ("title", models.CharField(max_length=120, verbose_name="title")),
                (
                    "channel_kind",
                    models.CharField(
                        choices=[
                            ("mini_site", "mini-site"),
                            ("wechat", "WeChat"),
                            ("social", "social media"),
                            ("newsletter", "newsletter"),
                            ("poster", "poster"),
                            ("screen", "screen"),
                            ("fair", "trade fair"),
                            ("trip", "press or trade trip"),
                            ("press", "press"),
                            ("tv", "television"),
                            ("live", "live stream"),
                            ("portal", "booking portal"),
                            ("other", "other"),
                        ],
                        max_length=12,
                        verbose_name="channel",
                    ),
                ),
                (
                    "market",
                    models.CharField(
                        blank=True,
                        help_text="ISO 3166 country: CN, DE, IT.",
                        max_length=2,
                        verbose_name="market",
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="from")),
                ("ends_on", models.DateField(verbose_name="to")),
                (
                    "budget_minor",
                    models.PositiveBigIntegerField(default=0, verbose_name="budget"),
                ),
                (
                    "currency",
                    models.CharField(default="EUR", max_length=3, verbose_name="currency"),
                ),
                (
                    "owner",
                    models.CharField(
                        blank=True,
                        help_text="An office or a function, in words.",
                        max_length=120,
                        verbose_name="who looks after it",
                    ),
                ),
                (
                    "expected",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=12,
                        null=True,
                        verbose_name="expected result",
                    ),
                ),
                (
                    "expected_unit",
                    models.CharField(
                        choices=[
                            ("bookings", "bookings"),
                            ("arrivals", "arrivals"),
                            ("nights", "nights"),
                            ("leads", "contacts of the trade"),
                            ("visits", "links and codes opened"),
                        ],
                        default="bookings",
                        max_length=10,
                        verbose_name="counted in",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="actions",
                        to="plan.planversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "planned action",
                "verbose_name_plural": "planned actions",
                "ordering": ["version", "starts_on", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Objective",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "indicator",
                    models.CharField(
                        choices=[
                            (
                                "share_outside_ten",
                                "share outside the ten most visited municipalities",
                            ),
                            ("nights_off_season", "nights out of season (November to March)"),
                            ("arrivals", "arrivals"),
                            ("nights", "nights"),
                            ("stay", "average stay"),
                            ("operators", "operators with an experience on sale"),
                            ("experiences", "experiences on sale"),
                            ("bookings", "bookings paid"),
                            ("revenue", "revenue of the operators"),
                        ],
                        max_length=20,
                        verbose_name="indicator",
                    ),
                ),
                (
                    "market",
                    models.CharField(
                        blank=True,
                        help_text="ISO 3166 country: CN, DE, IT.",
                        max_length=2,
                        verbose_name="market",
                    ),
                ),
                (
                    "baseline",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=14,
                        null=True,
                        verbose_name="now",
                    ),
                ),
                (
                    "target",
                    models.DecimalField(decimal_places=2, max_digits=14, verbose_name="target"),
                ),
                (
                    "provider",
                    models.CharField(
                        blank=True,
                        help_text="Where today's figure comes from: ISTAT 2024, our own bookings.",
                        max_length=120,
                        verbose_name="who says so",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="objectives",
                        to="plan.planversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "objective",
                "verbose_name_plural": "objectives",
                "ordering": ["version", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Proposal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("evidence", models.JSONField(default=list)),
                ("verdicts", models.JSONField(default=list)),
                ("created_at", models.DateTimeField()),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "led_to",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="came_from",
                        to="plan.planversion",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposals",
                        to="plan.planversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "proposal of budgets",
                "verbose_name_plural": "proposals of budgets",
                "ordering": ["-created_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Move",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("giver", models.SlugField(max_length=60, verbose_name="from the action")),
                ("taker", models.SlugField(max_length=60, verbose_name="to the action")),
                ("amount_minor", models.PositiveBigIntegerField(verbose_name="amount")),
                (
                    "currency",
                    models.CharField(default="EUR", max_length=3, verbose_name="currency"),
                ),
                ("numbers", models.JSONField(default=dict)),
                ("accepted", models.BooleanField(null=True, verbose_name="accepted")),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="moves",
                        to="plan.proposal",
                    ),
                ),
            ],
            options={
                "verbose_name": "move of budget",
                "verbose_name_plural": "moves of budget",
                "ordering": ["proposal", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Spend",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("action", models.SlugField(max_length=60, verbose_name="action")),
                ("amount_minor", models.BigIntegerField(verbose_name="amount")),
                (
                    "currency",
                    models.CharField(default="EUR", max_length=3, verbose_name="currency"),
                ),
                ("day", models.DateField(verbose_name="day")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="for what")),
                ("created_at", models.DateTimeField()),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="spends",
                        to="plan.operatingplan",
                    ),
                ),
            ],
            options={
                "verbose_name": "spend",
                "verbose_name_plural": "spends",
                "ordering": ["plan", "day", "pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="operatingplan",
            constraint=models.UniqueConstraint(
                fields=("area", "year"), name="plan_one_plan_a_year"
            ),
        ),
        migrations.AddConstraint(
            model_name="operatingplan",
            constraint=models.CheckConstraint(
                condition=models.Q(("year__gte", 2000), ("year__lte", 2100)),
                name="plan_a_year_of_ours",
            ),
        ),
        migrations.AddConstraint(
            model_name="actionlink",
            constraint=models.UniqueConstraint(
                fields=("plan", "subject"), name="plan_a_published_action_counts_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="planversion",
            constraint=models.UniqueConstraint(
                fields=("plan", "number"), name="plan_versions_numbered_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="planversion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("approved_at__isnull", True)),
                fields=("plan",),
                name="plan_one_draft_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="plannedaction",
            constraint=models.UniqueConstraint(
                fields=("version", "key"), name="plan_one_action_a_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="plannedaction",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                name="plan_an_action_ends_after_it_starts",
                violation_error_message="The last day comes before the first.",
            ),
        ),
        migrations.AddConstraint(
            model_name="objective",
            constraint=models.UniqueConstraint(
                fields=("version", "indicator", "market"), name="plan_one_target_an_indicator"
            ),
        ),
        migrations.AddConstraint(
            model_name="move",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount_minor__gt", 0),
                    models.Q(("giver", models.F("taker")), _negated=True),
                ),
                name="plan_a_move_moves_something",
            ),
        ),
        migrations.AddIndex(
            model_name="spend",
            index=models.Index(fields=["plan", "action"], name="plan_spend_plan_id_6d366c_idx"),
        ),
        migrations.AddConstraint(
            model_name="spend",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor", 0), _negated=True),
                name="plan_a_spend_is_not_nothing",
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
