from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "network.directory"
    label = "directory"

    def ready(self) -> None:
        from network.directory.cards import after_change
        from tenants.registry.hooks import on_card_changed

        on_card_changed(after_change)
