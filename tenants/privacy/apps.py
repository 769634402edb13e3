from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "tenants.privacy"
    label = "privacy"

    def ready(self) -> None:
        from tenants.privacy.showing import of_person, of_the_charter, of_the_list
        from tenants.staff.sections import on_contracts_list, on_person_page

        on_person_page(of_person)
        on_contracts_list(of_the_charter)
        on_contracts_list(of_the_list)
