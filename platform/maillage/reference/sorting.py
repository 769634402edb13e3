"""Names in the order of a reader's alphabet, on a PostgreSQL without ICU and without an extension."""

from django.db.models import CharField, Func


class Alphabetical(Func):
    """`order_by(Alphabetical("name"))`: É beside E, and small letters beside capitals."""

    function = "regexp_replace"
    template = r"regexp_replace(normalize(lower(%(expressions)s), NFD), U&'[\0300-\036F]', '', 'g')"
    output_field = CharField()
