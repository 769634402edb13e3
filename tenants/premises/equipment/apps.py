from django.apps import AppConfig


class EquipmentConfig(AppConfig):
    name = "tenants.premises.equipment"
    label = "equipment"
