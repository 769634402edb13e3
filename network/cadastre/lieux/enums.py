"""What a rule of the schema is, why a cell breaks it, and why the Belgian profile has another one."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Rule(models.TextChoices):
    """The first five are the Table Schema's own; a program that reads it says the same. The last is ours."""

    REQUIRED = "required", _("must not be empty")
    UNIQUE = "unique", _("must be there once only")
    TYPE = "type", _("is not of the kind that is asked for")
    PATTERN = "pattern", _("is not written as asked")
    MAX_LENGTH = "max_length", _("is too long")
    FOREIGN = "foreign", _("would be read as another country's")


class Reason(models.TextChoices):
    """Why a rule can't hold in Belgium."""

    NO_SIRENE = "no_sirene", _("A place in Belgium has no SIRET, RNA or RIDET number.")
    ENTERPRISE_NUMBER = (
        "enterprise_number",
        _("In Belgium an organisation has an enterprise number, and a place an establishment unit number: ten digits."),
    )
    FOUR_DIGITS = "four_digits", _("A Belgian postcode has four digits; the schema asks for five.")
    NIS_CODE = (
        "nis_code",
        _(
            "A Belgian commune has a NIS code. It has the form of a French INSEE code by chance, and would be read as"
            " another commune: 21015 is Schaerbeek, and a village in Côte-d'Or."
        ),
    )
    PLUS_32 = "plus_32", _("A Belgian telephone number begins with +32; the schema lists French prefixes only.")


class Outcome(models.TextChoices):
    """What the strict file does with a cell that breaks a rule."""

    LEFT_EMPTY = "left_empty", _("left empty")
    SHORTENED = "shortened", _("the part that is right is kept")
    PLACEHOLDER = "placeholder", _("replaced by fourteen zeros, as the national data does")
    ROW_LEFT_OUT = "row_left_out", _("the place is left out")
