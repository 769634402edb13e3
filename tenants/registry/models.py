"""The register of spaces: which schema, at which address, in which federation, and who may enter.

Everything here is in the public schema and is rarely written. `SpaceModel`, at the end, is what every
model of a space inherits.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models.functions import Lower, Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tenants.models import DomainMixin, TenantMixin

from maillage.accounts.enums import Language
from tenants.registry.database.base import Place
from tenants.registry.enums import Country, Kind, Role, SendProblem
from tenants.registry.errors import WrongSpaceError


class Space(TenantMixin):
    """One schema, with one request role. Made by provisioning only; archived, never deleted."""

    auto_create_schema = False
    auto_drop_schema = False

    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(_("name"), max_length=160)
    role_name = models.CharField(max_length=63, unique=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=[Kind.FEDERATION, Kind.EPN]), name="space_kind_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def place(self) -> Place:
        """Where a request of this space works: its schema, as its own role."""
        return Place(schema_name=self.schema_name, kind=self.kind, role=self.role_name, space_id=self.pk)


class Domain(DomainMixin):
    """An address: the path `caban` or `caban/rue-de-la-poste`. A former address redirects to the primary one."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant"], condition=models.Q(is_primary=True), name="one_primary_address_a_space"
            ),
        ]

    def __str__(self) -> str:
        return str(self.domain)


FOLLOWUP_MONTHS = 12  # after the last activity, unless the network says otherwise
FOLLOWUP_BOUNDS = (1, 36)


def may_not_act_for() -> list[str]:
    """Contract types that don't act in a person's place, unless a network decides otherwise."""
    return ["volunteer", "civic_service"]


class Federation(models.Model):
    space = models.OneToOneField(Space, on_delete=models.PROTECT, primary_key=True, related_name="federation")
    slug = models.CharField(max_length=50, unique=True)
    country = models.CharField(_("country"), max_length=2, choices=Country, default=Country.BELGIUM)
    region = models.CharField(_("region of the dated rules"), max_length=10, default="be-bru")
    minimum_cell = models.PositiveSmallIntegerField(
        _("smallest number of people that may be published"), default=5, db_default=5
    )
    second_factor_required = models.BooleanField(_("a second factor is required"), default=False, db_default=False)
    followup_months = models.PositiveSmallIntegerField(
        _("months that a follow-up is kept"), default=FOLLOWUP_MONTHS, db_default=FOLLOWUP_MONTHS
    )
    done_for_excluded = ArrayField(
        models.CharField(max_length=40),
        default=may_not_act_for,
        db_default=["volunteer", "civic_service"],
        blank=True,
        verbose_name=_("contract types that may not act in a person's place"),
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(followup_months__range=FOLLOWUP_BOUNDS), name="a_followup_is_kept_within_bounds"
            ),
        ]

    def __str__(self) -> str:
        return self.slug


class Epn(models.Model):
    """One EPN's entry in the register. Its face is its card, its data is in its own schema."""

    space = models.OneToOneField(Space, on_delete=models.PROTECT, primary_key=True, related_name="epn")
    slug = models.CharField(max_length=50)

    def __str__(self) -> str:
        return self.slug


class Affiliation(models.Model):
    """An EPN belongs to a federation from one month to another: the past stays where it was."""

    epn = models.ForeignKey(Epn, on_delete=models.PROTECT, related_name="affiliations")
    federation = models.ForeignKey(Federation, on_delete=models.PROTECT, related_name="affiliations")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["epn"], condition=models.Q(until__isnull=True), name="one_running_affiliation_an_epn"
            ),
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gt=models.F("since")),
                name="affiliation_ends_after_it_starts",
            ),
        ]
        indexes = [models.Index(fields=["federation", "epn"], name="affiliation_by_federation")]

    def __str__(self) -> str:
        return f"{self.epn_id} in {self.federation_id} since {self.since}"


class Membership(models.Model):
    """A person's role in a space. It ends by a date; the row stays, since what they recorded stays."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    space = models.ForeignKey(Space, on_delete=models.PROTECT, null=True, blank=True, related_name="memberships")
    role = models.CharField(_("role"), max_length=24, choices=Role)
    funder = models.CharField(max_length=60, blank=True, default="", help_text=_("code of the funder, for a reviewer"))
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField(default=timezone.now, db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "space"],
                condition=models.Q(until__isnull=True),
                name="one_running_role_a_space",
            ),
            models.CheckConstraint(
                condition=models.Q(role=Role.OPERATOR) | models.Q(space__isnull=False),
                name="a_role_has_a_space",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} is {self.role} in {self.space_id}"

    @property
    def funder_codes(self) -> list[str]:
        """Whose reviewer it is. A code holds no space and no comma, so that several may be named."""
        return re.split(r"[\s,;]+", self.funder.strip(" ,;")) if self.funder.strip(" ,;") else []


class Invitation(models.Model):
    """A role that waits for somebody's yes, under an e-mail address. Only the digest of its link is kept.

    It holds as long as whoever sent it may invite, from `invited_from`: the space itself, or its network.
    """

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail address"))
    name = models.CharField(_("name"), max_length=120, blank=True, default="")
    role = models.CharField(_("role"), max_length=24, choices=Role)
    funder = models.CharField(max_length=60, blank=True, default="", help_text=_("code of the funder, for a reviewer"))
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.FRENCH)
    digest = models.CharField(max_length=64, unique=True)
    key = models.UUIDField(null=True, blank=True, editable=False)  # of the call that made it (Idempotency-Key)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    invited_from = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=20, choices=SendProblem, blank=True, default="")
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["space", "email"],
                condition=models.Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="one_open_invitation_a_space_and_address",
            ),
            models.UniqueConstraint(fields=["space", "key"], name="a_key_invites_once_a_space"),
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="invited_email_is_lower_case"),
            models.CheckConstraint(
                condition=models.Q(accepted_at__isnull=True) | models.Q(revoked_at__isnull=True),
                name="an_invitation_is_accepted_or_revoked",
            ),
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk} to {self.space_id}"

    @property
    def has_expired(self) -> bool:
        return self.expires_at <= timezone.now()


class ApiToken(models.Model):
    """A program's way in: one person's role in one space, until a day. Only the digest of its secret is kept."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="api_tokens")
    digest = models.CharField(max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=80, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")), name="a_token_expires_after_it_is_made"
            ),
        ]

    def __str__(self) -> str:
        return f"token {self.pk} of {self.person_id} in {self.space_id}"


class Template(models.Model):
    """The compiled form of a kind of schema: replayed to make a space, rebuilt when migrations change."""

    kind = models.CharField(max_length=10, primary_key=True, choices=Kind)
    migrations = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64)
    ddl = models.TextField()
    built_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"template of {self.kind}"


class SchemaState(models.Model):
    """Which set of migrations a space's schema has, so that an unchanged one is skipped without a look inside."""

    space = models.OneToOneField(Space, on_delete=models.CASCADE, primary_key=True, related_name="schema_state")
    migrations = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.space_id} at {self.migrations[:8]}"


class SpaceQuerySet(models.QuerySet[Any]):
    """Remembers the space that it was made in; the compiler refuses to run it in another."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here: Place = connection.space  # type: ignore[attr-defined]
        query, hints = self.__dict__["_query"], self.__dict__["_hints"]
        if here.kind != Kind.PUBLIC and not hasattr(query, "made_in"):
            query.made_in = here.schema_name
        hinted = (hints or {}).get("instance")
        if hinted is not None:
            refuse_stranger(hinted)

    def _fetch_all(self) -> None:
        """Rows that were read in one space are not another one's, whoever kept the query set."""
        here: Place = connection.space  # type: ignore[attr-defined]
        read_in = self.__dict__.get("_read_in")
        if self._result_cache is None:
            self.__dict__["_read_in"] = here.schema_name
        elif read_in is not None and here.kind != Kind.PUBLIC and read_in != here.schema_name:
            raise WrongSpaceError(f"A query set that was read in {read_in} can't be used in {here.schema_name}.")
        super()._fetch_all()

    def _iterator(self, *args: Any, **kwargs: Any) -> Iterator[Any]:
        """A cursor of the server stays open between two rows: every row is asked for in the space of the first."""
        rows = super()._iterator(*args, **kwargs)  # type: ignore[misc]
        begun: str | None = None
        while True:
            here: Place = connection.space  # type: ignore[attr-defined]
            begun = begun or here.schema_name
            if here.schema_name != begun:
                raise WrongSpaceError(f"Rows of {begun} can't be read on in {here.schema_name}.")
            try:
                row = next(rows)
            except StopIteration:
                return
            yield row

    def _filter_or_exclude_inplace(self, negate: bool, args: Any, kwargs: Any) -> None:
        for value in kwargs.values():
            if isinstance(value, SpaceModel):
                refuse_stranger(value)
        super()._filter_or_exclude_inplace(negate, args, kwargs)  # type: ignore[misc]

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        objs = list(objs)
        refuse_strangers(objs)
        return super().bulk_create(objs, *args, **kwargs)

    def bulk_update(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> int:
        objs = list(objs)
        refuse_strangers(objs)
        return super().bulk_update(objs, *args, **kwargs)


class SpaceManager(models.Manager.from_queryset(SpaceQuerySet)):  # type: ignore[misc]
    pass


def refuse_stranger(instance: models.Model) -> None:
    """An object that was read in one space is of no use in another: the same id is somebody else there."""
    made_in = getattr(instance, "made_in", None)
    here: Place = connection.space  # type: ignore[attr-defined]
    if made_in is not None and made_in != here.schema_name:
        raise WrongSpaceError(
            f"{instance._meta.label} {instance.pk} was read in {made_in}; this is {here.schema_name}."
        )


def refuse_strangers(instances: Iterable[models.Model]) -> None:
    """The same for objects and for what they point to: a site of another space is another site here."""
    for instance in instances:
        refuse_stranger(instance)
        for related in instance._state.fields_cache.values():
            if isinstance(related, SpaceModel):
                refuse_stranger(related)


class SpaceModel(models.Model):
    """A model whose table stands in each space's own schema."""

    made_in: str | None = None

    objects: ClassVar[SpaceManager] = SpaceManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **kwargs: Any) -> Self:
        instance = super().from_db(db, field_names, values, **kwargs)
        instance.made_in = connection.space.schema_name  # type: ignore[attr-defined]
        return instance

    def save_base(self, *args: Any, **kwargs: Any) -> None:
        refuse_strangers([self])
        super().save_base(*args, **kwargs)
        self.made_in = connection.space.schema_name  # type: ignore[attr-defined]

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        refuse_stranger(self)
        return super().delete(*args, **kwargs)
