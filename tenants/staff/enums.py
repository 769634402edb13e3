from django.db import models
from django.utils.translation import gettext_lazy as _


class ContractRole(models.TextChoices):
    """What a person does at the EPN. Contract types are reference data: `reference.ContractType`."""

    ANIMATION = "animation", _("Animation")
    COORDINATION = "coordination", _("Coordination")
    RECEPTION = "reception", _("Reception")
    TECHNICAL = "technical", _("Technical support")


class Employer(models.TextChoices):
    """Who is the legal employer by the contract type: the values of `ContractType.legal_employer`."""

    CPAS = "cpas", _("the CPAS")
    HOST = "host", _("the EPN's organisation")
    HOST_OR_PARTNER = "host_or_partner", _("the EPN's organisation or a partner")
    COMMUNE_OR_CPAS = "commune_or_cpas", _("the commune or the CPAS")
    SCHOOL = "school", _("none: the school signs the convention")
    SELF = "self", _("the person's own business")
    NONE = "none", _("none")


# Types whose `requires` in the reference data speaks of an end: "planned end" (article 60), "end date" (CDD),
# "6 to 12 months" (civic service). A test compares.
TYPES_WITH_AN_END = frozenset({"art60", "cdd", "civic_service"})


class Concern(models.TextChoices):
    """What is unusual but may be right: the coordinator confirms it, and nothing is refused."""

    BEYOND_FULL_TIME = "beyond_full_time", _("more than one full time")
    UNDER_HALF_TIME = "under_half_time", _("less than half-time")
    TOO_MANY_HOURS = "too_many_hours", _("more hours than the law allows")
    SAME_NAME = "same_name", _("two people of one name")
