"""What a column of a census may be, and why a cell is doubtful or a row refused."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Field(StrEnum):
    """What we understand of a census. Every other column is kept as it stands."""

    SOURCE_ID = "source_id"
    NAME = "name"
    ADDRESS = "address"
    POSTCODE = "postcode"
    TOWN = "town"
    DEPARTMENT = "department"
    LATITUDE = "latitude"
    LONGITUDE = "longitude"
    PHONE = "phone"
    WEBSITE = "website"
    UPDATED = "updated"
    TYPOLOGY = "typology"
    LABELS = "labels"
    SUPPORT = "support"


class Doubtful(models.TextChoices):
    """The cell is kept as it is; somebody who knows the place should look at it."""

    NO_ID = "no_id", _("No identifier: one was made from name, postcode, town and address")
    NO_PLACE = "no_place", _("Neither postcode nor town")
    POSTCODE = "postcode", _("This is not a postcode of the country")
    POSTCODE_ODD = "postcode_odd", _("The other places of this town have another postcode")
    DEPARTMENT = "department", _("This is not the code of a département")
    DEPARTMENT_MISMATCH = "department_mismatch", _("The postcode is not of this département")
    DATE = "date", _("This is not a date that exists")
    DATE_TO_COME = "date_to_come", _("This date is still to come")
    DATE_TOO_OLD = "date_too_old", _("This date is before the year 2000")
    COORDINATE = "coordinate", _("This is not a latitude or a longitude")
    COORDINATE_ALONE = "coordinate_alone", _("Latitude and longitude go together: one is missing")
    COORDINATES_SWAPPED = "coordinates_swapped", _("Latitude and longitude look swapped")
    COORDINATES_ELSEWHERE = "coordinates_elsewhere", _("This point is neither in France nor in Belgium")
    PHONE = "phone", _("This is not a complete telephone number")
    URL = "url", _("This is not one web address")
    URL_COMPLETED = "url_completed", _("The web address lacked its beginning: http:// was put before it")
    CODE = "code", _("This code is not known")
    EMAIL = "email", _("This is not an e-mail address")
    SCHEMA = "schema", _("This breaks a rule of the schema of places")
    HOURS = "hours", _("Opening hours to check")
    TOO_LONG = "too_long", _("Too long to be shown: kept in the row only")
    GARBLED = "garbled", _("Letters look garbled: the file was saved in another encoding before")
    SIMILAR = "similar", _("Looks like the same place as another line")


class Refused(models.TextChoices):
    """The row can't become a place; the others can."""

    CELLS_MISSING = "cells_missing", _("Fewer cells than the heading has")
    CELLS_LEFT_OVER = "cells_left_over", _("More cells than the heading has")
    NO_NAME = "no_name", _("The name is empty")
    NAME_TOO_LONG = "name_too_long", _("The name is longer than 160 characters")
    ID_TOO_LONG = "id_too_long", _("The identifier is longer than 120 characters")
    SCHEMA = "schema", _("This breaks a rule of the schema of places")
    SAME_ID = "same_id", _("An earlier line has this identifier already")
    NUL = "nul", _("There is a NUL character in this cell")
    QUOTES = "quotes", _("The quotation marks of this line are broken")
