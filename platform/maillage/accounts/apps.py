from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "maillage.accounts"
    label = "accounts"

    def ready(self) -> None:
        from maillage.accounts.attempts import share_with_allauth

        share_with_allauth()
