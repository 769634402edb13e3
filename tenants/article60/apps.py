from django.apps import AppConfig


class Article60Config(AppConfig):
    name = "tenants.article60"
    label = "article60"

    def ready(self) -> None:
        from tenants.article60 import sections  # noqa: F401  (registers itself)
        from tenants.article60.ends import ends_of_the_cpas
        from tenants.staff.known_ends import on_known_ends

        on_known_ends(ends_of_the_cpas)
