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


class Concern(models.TextChoices):
    """What is unusual but may be right: the coordinator confirms it, and nothing is refused."""

    BEYOND_FULL_TIME = "beyond_full_time", _("more than one full time")
    UNDER_HALF_TIME = "under_half_time", _("less than half-time")
    TOO_MANY_HOURS = "too_many_hours", _("more hours a year than the ceiling")
    SAME_NAME = "same_name", _("two people of one name")


class BreakKind(models.TextChoices):
    """Why a contract stands still. Never the illness itself: a long leave is all that is written of it."""

    LONG_LEAVE = "long_leave", _("long leave")
    SUSPENSION = "suspension", _("suspension")
    CAREER_BREAK = "career_break", _("career break or time credit")
    OTHER = "other", _("other break")


class EndReason(models.TextChoices):
    """Why a contract ended."""

    TERM = "term", _("it reached its planned end")
    RIGHTS_OPENED = "rights_opened", _("unemployment rights opened")
    LEFT = "left", _("the person left")
    DISMISSED = "dismissed", _("the employer ended it")
    AGREED = "agreed", _("by agreement of both")
    CHANGED_TYPE = "changed_type", _("it went on under another contract")
    OTHER = "other", _("another reason")


class AfterEnd(models.TextChoices):
    """What came after a contract, as far as the EPN knows: the outcomes of article 60 are counted from it."""

    JOB = "job", _("a job elsewhere")
    JOB_HERE = "job_here", _("a job at this EPN")
    TRAINING = "training", _("a training or studies")
    UNEMPLOYMENT = "unemployment", _("unemployment benefits")
    OTHER = "other", _("something else")
    UNKNOWN = "unknown", _("not known")


class TrainingKind(models.TextChoices):
    TRAINING = "training", _("training")
    BADGE = "badge", _("badge or certificate")


class ChangeKind(models.TextChoices):
    """What was done to a contract."""

    ADDED = "added", _("written down")
    CHANGED = "changed", _("corrected")
    ENDED = "ended", _("ended")
    AMENDED = "amended", _("other hours from a day on")
    AMENDMENT_REMOVED = "amendment_removed", _("change of hours removed")
    BREAK_ADDED = "break_added", _("break added")
    BREAK_CHANGED = "break_changed", _("break corrected")
    BREAK_REMOVED = "break_removed", _("break removed")
    PAYERS = "payers", _("payers changed")
    DELETED = "deleted", _("deleted")
    RESTORED = "restored", _("brought back")
