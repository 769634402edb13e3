from django.db import models
from django.utils.translation import gettext_lazy as _


class FunderKind(models.TextChoices):
    """Who gives. `OWN` is the network's or an EPN's own purse, so that it stands beside the others."""

    FEDERAL = "federal", _("Federal authority")
    REGION = "region", _("Region or community")
    LOCAL = "local", _("Commune, CPAS or province")
    EUROPE = "europe", _("European fund")
    FOUNDATION = "foundation", _("Foundation or association")
    COMPANY = "company", _("Company")
    OWN = "own", _("Our own funds")
    OTHER = "other", _("Another funder")


class WhoMayApply(models.TextChoices):
    ANYBODY = "anybody", _("Any EPN or network")
    EPN = "epn", _("One EPN")
    SEVERAL = "several", _("Several EPN together")
    FEDERATION = "federation", _("The network")


class ApplicationState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SENT = "sent", _("Sent to the funder")
    ACCEPTED = "accepted", _("Accepted in full")
    REDUCED = "reduced", _("Accepted for less")
    REFUSED = "refused", _("Refused by the funder")
    WITHDRAWN = "withdrawn", _("Withdrawn by us")


class GrantKind(models.TextChoices):
    SUBSIDY = "subsidy", _("Subsidy")
    OWN = "own", _("Own funds")
    DONATION = "donation", _("Donation")
    IN_KIND = "in_kind", _("Help in kind, by its value")


class AllocationKind(models.TextChoices):
    """What money is for. A post is described without a name: staff by EPN is personal data."""

    EPN = "epn", _("An EPN")
    NETWORK = "network", _("The network itself")
    EQUIPMENT = "equipment", _("Equipment")
    WORKSHOPS = "workshops", _("Workshops for the public")
    POST = "post", _("A post (without a name)")


class ExpenseCategory(models.TextChoices):
    """As Belgian funders group what they accept."""

    STAFF = "staff", _("Staff")
    RENT = "rent", _("Rent and charges")
    EQUIPMENT = "equipment", _("Equipment")
    RUNNING = "running", _("Running costs")
    SERVICES = "services", _("Fees and services")
    TRAVEL = "travel", _("Travel")
    TRAINING = "training", _("Training")
    COMMUNICATION = "communication", _("Posters and communication")
    OTHER = "other", _("Other costs")


class DueKind(models.TextChoices):
    """What the calendar holds."""

    CALL = "call", _("Deadline of a call")
    INSTALMENT = "instalment", _("Instalment to ask for or receive")
    REPORT = "report", _("Report to hand in")
    END = "end", _("End of a grant")
