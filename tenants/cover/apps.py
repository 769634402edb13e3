from django.apps import AppConfig


class CoverConfig(AppConfig):
    name = "tenants.cover"
    label = "cover"

    def ready(self) -> None:
        from tenants.cover.staff_sections import of_contract, of_the_list
        from tenants.cover.warning import forget
        from tenants.registry.hooks import on_card_changed, on_epn_written
        from tenants.staff.sections import on_contract_page, on_contracts_list

        on_epn_written(forget)
        on_card_changed(forget)
        on_contract_page(of_contract)
        on_contracts_list(of_the_list)
