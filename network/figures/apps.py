from django.apps import AppConfig


class FiguresConfig(AppConfig):
    name = "network.figures"
    label = "figures"

    def ready(self) -> None:
        from network.figures import gauges  # noqa: F401  (registers itself)
        from network.figures.services import after_write
        from tenants.registry.hooks import on_card_changed, on_epn_written

        on_epn_written(after_write)
        on_card_changed(after_write)  # opening hours are on the card, and what is ahead follows them
