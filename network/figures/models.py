"""The numbers that crossed the wall. Written by the refresh alone; a space's request role may only read them."""

from django.db import models

from tenants.registry.models import SpaceModel


class Measures(models.Model):
    """A cell: how many things, how many people counted each time they came, how many minutes of staff."""

    month = models.DateField()
    figure = models.CharField(max_length=40)
    dimension = models.CharField(max_length=40)
    value = models.CharField(max_length=120)
    count = models.BigIntegerField()
    attendances = models.BigIntegerField()
    minutes = models.BigIntegerField()

    class Meta:
        abstract = True


class Flow(SpaceModel, Measures):
    """One EPN's cell of a month."""

    epn_id = models.BigIntegerField()
    commune = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["epn_id", "month", "figure", "dimension", "value", "commune"], name="one_flow_a_cell"
            ),
        ]
        indexes = [models.Index(fields=["figure", "dimension", "month"], name="flow_by_figure")]

    def __str__(self) -> str:
        return f"{self.epn_id} {self.month} {self.figure} {self.dimension}={self.value}"


class FlowTotal(SpaceModel, Measures):
    """The federation's cell: the sum of its EPN's, kept up to date with each refresh.

    The commune is a dimension like another here (`commune` = its code): a column of its own would make
    every other cut nineteen times as long, and reading grow with it.
    """

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["figure", "dimension", "month", "value"], name="one_total_a_cell"),
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.figure} {self.dimension}={self.value}"


class Stock(SpaceModel):
    """What is there on a day at one EPN: heads, and full-time equivalents (unrounded to ten digits)."""

    epn_id = models.BigIntegerField()
    day = models.DateField()
    figure = models.CharField(max_length=40)
    dimension = models.CharField(max_length=40)
    value = models.CharField(max_length=120)
    heads = models.BigIntegerField()
    fte = models.DecimalField(max_digits=18, decimal_places=10)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["epn_id", "day", "figure", "dimension", "value"], name="one_stock_a_cell"),
        ]
        indexes = [models.Index(fields=["figure", "dimension", "day"], name="stock_by_figure")]

    def __str__(self) -> str:
        return f"{self.epn_id} {self.day} {self.figure} {self.dimension}={self.value}"


class Outlook(SpaceModel):
    """What is known of the months ahead at one EPN, as of the latest day on which it was taken, and of no other.

    `hours` are hours, or hours a week of people at work; all but `people` are unrounded to ten digits.
    """

    epn_id = models.BigIntegerField()
    day = models.DateField()
    figure = models.CharField(max_length=40)
    dimension = models.CharField(max_length=40)
    value = models.CharField(max_length=120)
    count = models.DecimalField(max_digits=18, decimal_places=10)
    people = models.BigIntegerField()
    hours = models.DecimalField(max_digits=18, decimal_places=10)
    fte = models.DecimalField(max_digits=18, decimal_places=10)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["epn_id", "day", "figure", "dimension", "value"], name="one_outlook_a_cell"
            ),
        ]
        indexes = [models.Index(fields=["figure", "dimension"], name="outlook_by_figure")]

    def __str__(self) -> str:
        return f"{self.epn_id} {self.day} {self.figure} {self.dimension}={self.value}"


class Sweep(SpaceModel):
    """The federation's one row: figures hold as of `as_of`, stocks as of the end of `stock_day`.

    `as_of` is when the last sweep began that left no older mark anywhere, so that an EPN whose refresh
    is stuck can't pass for a quiet one.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    as_of = models.DateTimeField()
    stock_day = models.DateField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_sweep_row")]

    def __str__(self) -> str:
        return f"as of {self.as_of:%Y-%m-%d %H:%M}"
