import django.db.models.deletion
from django.db import migrations, models

# An issued paper stays as it is, its entries too; numbers follow each other without a gap and
# days never go back. What the Sistema di Interscambio answers is all that changes of a file.
TRIGGERS = """
CREATE FUNCTION sell_invoice_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'An issued invoice stays as it is: % of % is refused.', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER sell_invoice_stays BEFORE UPDATE OR DELETE ON sell_invoice
  FOR EACH ROW WHEN (OLD.state = 'issued') EXECUTE FUNCTION sell_invoice_stays();
CREATE TRIGGER sell_file_stays BEFORE DELETE ON sell_invoicefile
  FOR EACH ROW EXECUTE FUNCTION sell_invoice_stays();
CREATE TRIGGER sell_file_is_not_changed BEFORE UPDATE ON sell_invoicefile
  FOR EACH ROW WHEN ((OLD.invoice_id, OLD.progressive, OLD.name, OLD.parties, OLD.xml, OLD.made_at)
    IS DISTINCT FROM (NEW.invoice_id, NEW.progressive, NEW.name, NEW.parties, NEW.xml, NEW.made_at))
  EXECUTE FUNCTION sell_invoice_stays();
CREATE FUNCTION sell_billed_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM sell_invoice WHERE state = 'issued'
      AND id IN (CASE WHEN TG_OP = 'INSERT' THEN NEW.invoice_id ELSE OLD.invoice_id END,
                 CASE WHEN TG_OP = 'DELETE' THEN OLD.invoice_id ELSE NEW.invoice_id END)) THEN
    RAISE EXCEPTION 'An issued invoice stays as it is: % of % is refused.', TG_OP, TG_TABLE_NAME
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER sell_billed_stays BEFORE INSERT OR UPDATE OR DELETE ON sell_billed
  FOR EACH ROW EXECUTE FUNCTION sell_billed_stays();
CREATE FUNCTION sell_invoice_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.sequence > 1 AND NOT EXISTS (SELECT 1 FROM sell_invoice WHERE year = NEW.year
      AND simulated = NEW.simulated AND sequence = NEW.sequence - 1
      AND issued_on <= NEW.issued_on) THEN
    RAISE EXCEPTION 'Invoice %/% does not follow the one before it.', NEW.year, NEW.sequence
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER sell_invoice_follows BEFORE INSERT OR UPDATE ON sell_invoice
  FOR EACH ROW WHEN (NEW.state = 'issued') EXECUTE FUNCTION sell_invoice_follows();
"""
NO_TRIGGERS = """
DROP TRIGGER sell_invoice_follows ON sell_invoice;
DROP TRIGGER sell_billed_stays ON sell_billed;
DROP TRIGGER sell_file_is_not_changed ON sell_invoicefile;
DROP TRIGGER sell_file_stays ON sell_invoicefile;
DROP TRIGGER sell_invoice_stays ON sell_invoice;
DROP FUNCTION sell_invoice_follows();
DROP FUNCTION sell_billed_stays();
DROP FUNCTION sell_invoice_stays();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("sell", "0014_bridge"),
        ("territory", "0003_accounts"),
    ]

    operations = [
        migrations.AddField(
            model_name="seller",
            name="birth_date",
            field=models.DateField(blank=True, help_text="of a person, for DAC7", null=True),
        ),
        migrations.AddField(
            model_name="seller",
            name="country",
            field=models.CharField(default="IT", help_text="ISO 3166", max_length=2),
        ),
        migrations.AddField(
            model_name="seller",
            name="first_name",
            field=models.CharField(blank=True, help_text="of a person", max_length=60),
        ),
        migrations.AddField(
            model_name="seller",
            name="last_name",
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name="seller",
            name="pec",
            field=models.EmailField(
                blank=True, help_text="or to this certified mailbox", max_length=254
            ),
        ),
        migrations.AddField(
            model_name="seller",
            name="province",
            field=models.CharField(blank=True, help_text="in Italy: AR", max_length=2),
        ),
        migrations.AddField(
            model_name="seller",
            name="recipient_code",
            field=models.CharField(
                blank=True, help_text="where electronic invoices go", max_length=7
            ),
        ),
        migrations.AddField(
            model_name="seller",
            name="tax_code",
            field=models.CharField(
                blank=True,
                help_text="codice fiscale; abroad the number for taxes",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="seller",
            name="tax_forget_after",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="seller",
            name="tax_form",
            field=models.CharField(
                choices=[
                    ("person", "A person, also with a business in one's own name"),
                    ("entity", "A company or association"),
                    ("public", "A public body"),
                ],
                default="entity",
                max_length=6,
            ),
        ),
        migrations.AddField(
            model_name="seller",
            name="tax_purpose",
            field=models.CharField(blank=True, help_text="what these are for", max_length=120),
        ),
        migrations.AddField(
            model_name="seller",
            name="tax_reminded_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="seller",
            name="tax_reminders",
            field=models.PositiveSmallIntegerField(default=0, help_text="sent for the year"),
        ),
        migrations.AlterField(
            model_name="seller",
            name="postcode",
            field=models.CharField(blank=True, max_length=10),
        ),
        migrations.CreateModel(
            name="Agency",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("legal_name", models.CharField(blank=True, max_length=80)),
                (
                    "vat_number",
                    models.CharField(blank=True, help_text="with its country", max_length=16),
                ),
                ("tax_code", models.CharField(blank=True, max_length=16)),
                ("street", models.CharField(blank=True, max_length=60)),
                ("postcode", models.CharField(blank=True, max_length=5)),
                ("city", models.CharField(blank=True, max_length=60)),
                ("province", models.CharField(blank=True, max_length=2)),
                (
                    "regime",
                    models.CharField(
                        choices=[
                            ("RF01", "RF01 – ordinary"),
                            ("RF11", "RF11 – travel agency (art. 74-ter)"),
                            ("RF17", "RF17 – VAT when paid (art. 32-bis)"),
                            ("RF18", "RF18 – other"),
                        ],
                        default="RF01",
                        max_length=4,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("TD01", "TD01 – invoice"),
                            ("TD24", "TD24 – deferred invoice of the month"),
                        ],
                        default="TD01",
                        max_length=4,
                    ),
                ),
                (
                    "rea_office",
                    models.CharField(blank=True, help_text="province", max_length=2),
                ),
                ("rea_number", models.CharField(blank=True, max_length=20)),
                ("in_liquidation", models.BooleanField(default=False)),
                ("iban", models.CharField(blank=True, max_length=34)),
                (
                    "email",
                    models.EmailField(
                        blank=True, help_text="for questions about papers", max_length=254
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "agencies",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("pk", 1)), name="sell_one_agency"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Invoice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField(help_text="first day of the month")),
                ("currency", models.CharField(help_text="ISO 4217", max_length=3)),
                (
                    "simulated",
                    models.BooleanField(default=False, help_text="of money that never moved"),
                ),
                ("net_minor", models.BigIntegerField(help_text="commission without VAT")),
                ("vat_minor", models.BigIntegerField(help_text="VAT on it")),
                (
                    "lines",
                    models.JSONField(
                        default=list, help_text="[[kind, how many, minor units], …]"
                    ),
                ),
                (
                    "nature",
                    models.CharField(
                        blank=True, help_text="N2.1 where VAT is not due", max_length=4
                    ),
                ),
                (
                    "kind",
                    models.CharField(blank=True, help_text="TD01, TD24, TD04", max_length=4),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "To be issued"), ("issued", "Issued")],
                        default="draft",
                        max_length=6,
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("sequence", models.PositiveIntegerField(blank=True, null=True)),
                ("issued_on", models.DateField(blank=True, null=True)),
                (
                    "asked_at",
                    models.DateTimeField(
                        blank=True, help_text="when issuing was asked", null=True
                    ),
                ),
                (
                    "operator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoices",
                        to="territory.operator",
                    ),
                ),
            ],
            options={
                "ordering": ["-month", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Billed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="billed",
                        to="sell.entry",
                    ),
                ),
                (
                    "invoice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="billed",
                        to="sell.invoice",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="InvoiceFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("progressive", models.CharField(max_length=5, unique=True)),
                ("name", models.CharField(max_length=40, unique=True)),
                (
                    "parties",
                    models.JSONField(help_text="agency and seller as they stand on it"),
                ),
                ("xml", models.TextField()),
                ("made_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("made", "Written"),
                            ("sent", "Handed over"),
                            ("delivered", "Delivered (RC)"),
                            ("in_area", "In the seller's tax area (MC)"),
                            ("refused", "Refused (NS)"),
                        ],
                        default="made",
                        max_length=10,
                    ),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "sdi_id",
                    models.CharField(blank=True, help_text="IdentificativoSdI", max_length=36),
                ),
                (
                    "reason",
                    models.TextField(
                        blank=True, help_text="of a refusal, in the office's words"
                    ),
                ),
                (
                    "invoice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="sell.invoice",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.UniqueConstraint(
                fields=("operator", "month", "currency", "simulated"),
                name="sell_one_invoice_a_month",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.UniqueConstraint(
                fields=("year", "simulated", "sequence"), name="sell_invoice_number_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("issued_on", None),
                        ("sequence", None),
                        ("state", "draft"),
                        ("year", None),
                    ),
                    models.Q(
                        ("issued_on__year", models.F("year")),
                        ("kind__in", ["TD01", "TD24", "TD04"]),
                        ("sequence__gte", 1),
                        ("state", "issued"),
                        ("year__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="sell_issued_has_number_and_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "issued"), _negated=True),
                    models.Q(("kind", "TD04"), ("net_minor__lte", 0), ("vat_minor__lte", 0)),
                    models.Q(
                        models.Q(("kind", "TD04"), _negated=True),
                        ("net_minor__gte", 0),
                        ("vat_minor__gte", 0),
                    ),
                    _connector="OR",
                ),
                name="sell_credit_notes_are_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoicefile",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "refused"), _negated=True),
                fields=("invoice",),
                name="sell_one_good_file_an_invoice",
            ),
        ),
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
    ]
