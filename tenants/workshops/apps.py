from django.apps import AppConfig


class WorkshopsConfig(AppConfig):
    name = "tenants.workshops"
    label = "workshops"

    def ready(self) -> None:
        from tenants.premises.closings.expected import on_closing
        from tenants.workshops.selectors import planned_in

        on_closing(planned_in)
