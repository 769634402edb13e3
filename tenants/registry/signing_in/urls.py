"""Under `/accounts/`. The names are allauth's own: it reverses them."""

from allauth.account.views import reauthenticate
from allauth.mfa.base import views as codes
from allauth.mfa.webauthn.views import reauthenticate_webauthn
from django.urls import path

from tenants.registry.signing_in import kept_views, lock_views, views
from tenants.registry.signing_in.pins import views as pins

urlpatterns = [
    path("reauthenticate/", reauthenticate, name="account_reauthenticate"),
    path("2fa/", views.Index.as_view(), name="mfa_index"),
    path("2fa/done/", views.done, name="mfa_done"),
    path("2fa/authenticate/", codes.authenticate, name="mfa_authenticate"),
    path("2fa/reauthenticate/", codes.reauthenticate, name="mfa_reauthenticate"),
    path("2fa/totp/activate/", views.ActivateApp.as_view(), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", views.DeactivateApp.as_view(), name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/", views.RecoveryCodes.as_view(), name="mfa_view_recovery_codes"),
    path("2fa/recovery-codes/generate/", views.NewRecoveryCodes.as_view(), name="mfa_generate_recovery_codes"),
    path("2fa/webauthn/add/", views.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path("2fa/webauthn/login/", views.PasskeySignIn.as_view(), name="mfa_login_webauthn"),
    path("2fa/webauthn/reauthenticate/", reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("2fa/webauthn/keys/<int:pk>/remove/", views.RemovePasskey.as_view(), name="mfa_remove_webauthn"),
    path("oidc/<slug:provider_id>/login/", views.provider_login, name="openid_connect_login"),
    path("oidc/<slug:provider_id>/login/callback/", views.provider_callback, name="openid_connect_callback"),
    path("lock/", lock_views.lock, name="lock"),
    path("lock.css", lock_views.style, name="lock_style"),
    path("unlock/", lock_views.unlock, name="unlock"),
    path("kept/", kept_views.kept, name="kept"),
    path("kept/fields/", kept_views.fields, name="kept_fields"),
    path("kept/discard/", kept_views.discard, name="kept_discard"),
    path("switch/", pins.switch, name="switch"),
    path("pin/", pins.pin, name="pin"),
    path("pin/remove/", pins.remove, name="pin_remove"),
    path("still-here/", lock_views.still_here, name="still_here"),
]
