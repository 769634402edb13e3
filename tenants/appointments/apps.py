from django.apps import AppConfig


class AppointmentsConfig(AppConfig):
    name = "tenants.appointments"
    label = "appointments"

    def ready(self) -> None:
        from tenants.appointments.selectors import booked_in, stops_in
        from tenants.premises.closings.expected import on_closing

        on_closing(booked_in)
        on_closing(stops_in)
