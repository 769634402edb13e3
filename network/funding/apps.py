from django.apps import AppConfig


class FundingConfig(AppConfig):
    name = "network.funding"
    label = "funding"

    def ready(self) -> None:
        from network.funding.own.crossing import grants_that_pay_here
        from tenants.staff.course.known_grants import on_known_grants

        on_known_grants(grants_that_pay_here)
