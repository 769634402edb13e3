from django.db import migrations

# The expression of journal/search.py; a test sees that the planner recognises it.
INDEX = """
CREATE INDEX visit_by_words_of_note ON activity_visit USING gin ((
    to_tsvector('simple'::regconfig, regexp_replace(translate(replace(replace(lower(note), 'œ', 'oe'), 'æ', 'ae'), 'àáâãäåçèéêëìíîïñòóôõöùúûüýÿ', 'aaaaaaceeeeiiiinooooouuuuyy'), '[^[:alnum:]]+', ' ', 'g'))
)) WHERE note <> ''
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_keep_views_corrections_and_files")]

    operations = [migrations.RunSQL(sql=INDEX, reverse_sql="DROP INDEX visit_by_words_of_note")]
