from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "tenants.registry"
    label = "registry"

    def ready(self) -> None:
        from tenants.registry import checks, gauges  # noqa: F401  (register themselves)
