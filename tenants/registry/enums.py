from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """The three kinds of schema. `public` is no row of Space: it is where no space is."""

    PUBLIC = "public", _("Public")
    FEDERATION = "federation", _("Network")
    EPN = "epn", _("EPN")


class Role(models.TextChoices):
    """What a membership lets a person do. An operator works at the command line and has no page."""

    OPERATOR = "operator", _("Operator")
    NETWORK_COORDINATOR = "network_coordinator", _("Network coordinator")
    NETWORK_OBSERVER = "network_observer", _("Network observer")
    FUNDER_REVIEWER = "funder_reviewer", _("Funder's reviewer")
    EPN_COORDINATOR = "epn_coordinator", _("EPN coordinator")
    ANIMATOR = "animator", _("Animator")
    VOLUNTEER = "volunteer", _("Volunteer")


ROLES_OF_KIND = {
    Kind.PUBLIC: frozenset({Role.OPERATOR}),
    Kind.FEDERATION: frozenset({Role.NETWORK_COORDINATOR, Role.NETWORK_OBSERVER, Role.FUNDER_REVIEWER}),
    Kind.EPN: frozenset({Role.EPN_COORDINATOR, Role.ANIMATOR, Role.VOLUNTEER}),
}


# The role that a space can't be without: whoever has it lets the others in.
COORDINATOR_OF = {Kind.FEDERATION: Role.NETWORK_COORDINATOR, Kind.EPN: Role.EPN_COORDINATOR}


class SendProblem(models.TextChoices):
    """Why a letter didn't leave, as far as its sender can do something about it."""

    REFUSED = "refused", _("The mail server refuses this address")
    UNREACHABLE = "unreachable", _("The mail server does not answer")


class Country(models.TextChoices):
    BELGIUM = "be", _("Belgium")
    FRANCE = "fr", _("France")
