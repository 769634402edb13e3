from django.apps import AppConfig


class CoverConfig(AppConfig):
    name = "tenants.cover"
    label = "cover"

    def ready(self) -> None:
        from tenants.cover.warning import forget
        from tenants.registry.hooks import on_card_changed, on_epn_written

        on_epn_written(forget)
        on_card_changed(forget)
