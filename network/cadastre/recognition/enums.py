"""What a criterion may be about, how it stands, and how far an application is."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What a criterion counts. What each is read from stands in `kinds.py`."""

    OPENING_HOURS = "opening_hours", _("Hours open to every public, a week")
    OPEN_DAYS = "open_days", _("Days open to every public, a week")
    ACCOMPANIED_HOURS = "accompanied_hours", _("Hours with somebody who helps, a week")
    TRAINING_HOURS = "training_hours", _("Hours of training, a week")
    OPEN_ACCESS_HOURS = "open_access_hours", _("Hours of accompanied open access, a week")
    DEVICES = "devices", _("Computers or tablets for the public")
    COMPUTERS = "computers", _("Connected computers for the public")
    TRAINED_PEOPLE = "trained_people", _("People of the team with a valid training")
    NOBODY_REFUSED = "nobody_refused", _("Nobody is refused")
    VISITS_YEAR = "visits_year", _("Visits noted in twelve months")


class Outcome(models.TextChoices):
    """How a criterion stands. Unknown is neither: nobody has said it, or nobody has counted it."""

    MET = "met", _("met")
    NOT_MET = "not_met", _("not met")
    UNKNOWN = "unknown", _("not known")


class Origin(models.TextChoices):
    """Where a value comes from."""

    CARD = "card", _("the EPN's card")
    COUNT = "count", _("the EPN's count of its equipment")
    FIGURES = "figures", _("the figures of the network")
    DECLARED = "declared", _("declared by the EPN")


class Purpose(models.TextChoices):
    FIRST = "first", _("application for the label")
    RECHECK = "recheck", _("re-check of the label")


class State(models.TextChoices):
    """An application on its way. One at a time is open: being prepared, or signed."""

    DRAFT = "draft", _("being prepared")
    SIGNED = "signed", _("signed: the network decides")
    DECIDED = "decided", _("decided")
    TAKEN_BACK = "taken_back", _("taken back by the EPN")


class Seen(models.TextChoices):
    """What a visit on the spot found of a criterion."""

    MET = "met", _("seen: it is so")
    NOT_MET = "not_met", _("seen: it isn't so")
    NOT_SEEN = "not_seen", _("not looked at")


class Verdict(models.TextChoices):
    """What the network decides."""

    RECOGNISED = "recognised", _("recognised")
    CONDITIONAL = "conditional", _("recognised on conditions")
    CONFIRMED = "confirmed", _("label kept after a re-check")
    REFUSED = "refused", _("application refused")
    WITHDRAWN = "withdrawn", _("label withdrawn")


class BenefitKind(models.TextChoices):
    """What an EPN receives in kind thanks to its label."""

    EID_READER = "eid_reader", _("Identity card readers")
    DEVICES = "devices", _("Computers or tablets")
    KIT = "kit", _("Kit of the label")
    CAMPAIGN = "campaign", _("Campaign, posters, leaflets")
    TRAINING = "training", _("Training of the team")
    OTHER = "other", _("Something else")


class Effect(models.TextChoices):
    """What other thresholds would do to an EPN."""

    LOSES = "loses", _("would lose the label")
    FAILS = "fails", _("has the label, and doesn't meet today's criteria either")
    UNKNOWN = "unknown", _("has the label: can't be told, something isn't known")
    KEEPS = "keeps", _("would keep the label")
    GAINS = "gains", _("without the label: would meet the criteria, and doesn't today")
    COULD = "could", _("without the label, and meets the criteria")
    WITHOUT = "without", _("without the label")
