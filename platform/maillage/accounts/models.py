"""People who sign in. What proves who they are stands in a table of its own.

A space's request role may read `accounts_person` (row-level security shows it the people of that space
only), because `select_related` to the person who recorded a visit must work. It may never read
`accounts_credential`, so the password can't be a column of the person.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import check_password, make_password
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from maillage.accounts.enums import Language

if TYPE_CHECKING:
    from collections.abc import Iterable

UNUSABLE = "!"


class PersonManager(BaseUserManager["Person"]):
    def get_by_natural_key(self, username: str | None) -> Person:
        return self.select_related("credential").get(email=(username or "").lower())


class Person(AbstractBaseUser):
    """Somebody with an account. One person may hold several memberships, in several spaces."""

    # AbstractBaseUser's columns, taken out: the password is in Credential, and a counter of sign-ins
    # would turn this widely read table into a hot one.
    last_login = None

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.FRENCH)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = PersonManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("person")
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="person_email_is_lower_case"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    @property
    def password(self) -> str:
        """The hash, as Django and allauth ask for it; `!` while there is none."""
        if "_hash" in self.__dict__:
            return str(self.__dict__["_hash"])
        try:
            return self.credential.hash
        except Credential.DoesNotExist:
            return UNUSABLE

    @password.setter
    def password(self, value: str) -> None:
        self.__dict__["_hash"] = value

    def check_password(self, raw_password: str | None) -> bool:
        def upgrade(raw: str | None) -> None:
            Credential.objects.filter(person=self).update(hash=make_password(raw))

        return check_password(raw_password, self.password, upgrade)

    def save(
        self,
        force_insert: bool | tuple[Any, ...] = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        """Django and allauth set a password and then save the user: the hash follows into its own table."""
        super().save(force_insert=force_insert, force_update=force_update, using=using, update_fields=update_fields)
        if "_hash" in self.__dict__:
            Credential.objects.update_or_create(
                person=self, defaults={"hash": self.__dict__.pop("_hash"), "changed_at": timezone.now()}
            )
            self._state.fields_cache.pop("credential", None)


class Credential(models.Model):
    person = models.OneToOneField(Person, on_delete=models.CASCADE, primary_key=True, related_name="credential")
    hash = models.CharField(max_length=128)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("credential")

    def __str__(self) -> str:
        return f"credential of {self.person_id}"


class Attempt(models.Model):
    """The table of the cache `attempts`, in the form that Django's cache in the database expects."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"attempts until {self.expires:%H:%M}"
