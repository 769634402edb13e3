from django.apps import AppConfig


class Article60Config(AppConfig):
    name = "tenants.article60"
    label = "article60"

    def ready(self) -> None:
        from tenants.article60 import sections  # noqa: F401  (registers itself)
