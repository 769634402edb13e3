from django.apps import AppConfig


class HandoverConfig(AppConfig):
    name = "tenants.handover"
    label = "handover"

    def ready(self) -> None:
        from tenants.handover.showing import of_person, of_the_list
        from tenants.staff.sections import on_contracts_list, on_person_page

        on_person_page(of_person)
        on_contracts_list(of_the_list)
