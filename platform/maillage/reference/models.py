"""Reference facts, loaded from the CSV files in `data/`: vocabularies, communes, contract types, dated rules.

Rows of a space point here by code, never by foreign key. A term is retired, never deleted, and a code
never changes its meaning: a renamed term is a new term.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone


class Term(models.Model):
    """One entry of a vocabulary: a theme, a mode, an outcome …"""

    vocabulary = models.CharField(max_length=40)
    code = models.CharField(max_length=40)
    label_fr = models.CharField(max_length=120)
    label_nl = models.CharField(max_length=120)
    label_en = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["vocabulary", "position"]
        constraints = [models.UniqueConstraint(fields=["vocabulary", "code"], name="one_term_a_code")]

    def __str__(self) -> str:
        return f"{self.vocabulary}.{self.code}"


class Commune(models.Model):
    """A municipality by its official code (NIS in Belgium); its place on the tile map where there is one."""

    nis = models.CharField(max_length=10, unique=True)
    country = models.CharField(max_length=2, default="be")
    name_fr = models.CharField(max_length=120)
    name_nl = models.CharField(max_length=120)
    postcodes = ArrayField(models.CharField(max_length=10))
    population = models.PositiveIntegerField(null=True)
    population_year = models.PositiveSmallIntegerField(null=True)
    area_km2 = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    tile_col = models.PositiveSmallIntegerField(null=True)
    tile_row = models.PositiveSmallIntegerField(null=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["nis"]

    def __str__(self) -> str:
        return self.name_fr


class Boundary(models.Model):
    """The shape of a commune, simplified with its neighbours: polygons of rings of longitudes and latitudes."""

    nis = models.CharField(max_length=10, unique=True)
    polygons = models.JSONField()
    source = models.CharField(max_length=200, blank=True)
    loaded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["nis"]

    def __str__(self) -> str:
        return self.nis


class ContractType(models.Model):
    """A kind of engagement: who is the legal employer, whether its hours count in FTE, what it requires."""

    # One code has one meaning everywhere: a federation's own begin with its number.
    code = models.CharField(max_length=40, unique=True)
    label_fr = models.CharField(max_length=120)
    label_nl = models.CharField(max_length=120)
    label_en = models.CharField(max_length=120)
    legal_employer = models.CharField(max_length=40)
    counts_in_fte = models.BooleanField()
    requires = models.TextField(blank=True)
    position = models.PositiveSmallIntegerField()
    # Whose own type it is; empty: everybody's. A plain number: public tables point to no space.
    federation_id = models.BigIntegerField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["position", "pk"]

    def __str__(self) -> str:
        return self.code


class DatedRule(models.Model):
    """A number that the law or a charter sets for a while. An empty value means: not known, and it is said so."""

    rule = models.CharField(max_length=60)
    region = models.CharField(max_length=10)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    value = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    unit = models.CharField(max_length=120)
    source = models.CharField(max_length=200)

    class Meta:
        ordering: ClassVar[list[str]] = ["rule", "region", "valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "region", "valid_from"], name="one_rule_a_date", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_from__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="rule_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.region} {self.valid_from or '…'}"
