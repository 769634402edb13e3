"""Settings of Maillage. Everything that differs between machines comes from the environment.

`DATABASE_URL` names the database; `make demo` and `make test` set it themselves. `MAILLAGE_ENV` is
`demo`, `test` or `production`; what only a production needs is demanded there and nowhere else. A secret may
stand in a file: SECRET_KEY_FILE in the place of SECRET_KEY, and so for every name.
"""

from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from maillage import installation
from maillage.log_settings import log_settings

ROOT = Path(__file__).resolve().parents[2]
DESIGN = ROOT / "platform" / "maillage" / "design"

env = environ.FileAwareEnv()  # type: ignore[no-untyped-call]
ENVIRONMENT = env.str("MAILLAGE_ENV", "demo")
if ENVIRONMENT not in {"demo", "test", "production"}:
    raise ImproperlyConfigured(f"MAILLAGE_ENV is {ENVIRONMENT!r}: it must be demo, test or production.")
PRODUCTION = ENVIRONMENT == "production"

if PRODUCTION:
    installation.demand(env)

DEBUG = False
SECRET_KEY = env.str("SECRET_KEY", "the demo's key protects nothing that is not invented")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])  # former keys, until what they signed has expired
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[] if PRODUCTION else ["*"])
# What letters lead to: who reads one has no page of ours open, and a job has no request to take a name from.
PUBLIC_URL = installation.public_url(env, ALLOWED_HOSTS, production=PRODUCTION)
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0)  # how many proxies of ours a request comes through

# --- Applications: the folder tells the schema ------------------------------------------------------------
PUBLIC_APPS = [
    "tenants.registry",
    "tenants.registry.signing_in",
    "tenants.registry.charter",
    "django_tenants",
    "maillage.accounts",
    "maillage.audit",
    "maillage.backup",
    "maillage.reference",
    "maillage.design",
    "maillage.observability",
    "maillage.bench",
    "maillage.demo",
    "procrastinate.contrib.django",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "rest_framework",
]
FEDERATION_APPS = [
    "network.figures",
    "network.cadastre",
    "network.cadastre.editions",
    "network.cadastre.coverage",
    "network.cadastre.papers",
    "network.cadastre.recognition",
    "network.cover",
    "network.directory",
    "network.directory.merging",
    "network.directory.open_data",
    "network.funding",
    "network.releases",
    "network.reports",
    "network.webhooks",
]
EPN_APPS = [
    "tenants.marks",
    "tenants.premises",
    "tenants.premises.equipment",
    "tenants.staff",
    "tenants.cover",
    "tenants.activity",
    "tenants.activity.journal",
    "tenants.followup",
    "tenants.workshops",
    "tenants.volunteers",
    "tenants.overview",
    "tenants.appointments",
    "tenants.handover",
    "tenants.privacy",
    "tenants.article60",
]

HAS_MULTI_TYPE_TENANTS = True
MULTI_TYPE_DATABASE_FIELD = "kind"
TENANT_TYPES = {
    "public": {"APPS": PUBLIC_APPS, "URLCONF": "maillage.urls_public"},
    "federation": {"APPS": FEDERATION_APPS, "URLCONF": "maillage.urls_federation"},
    "epn": {"APPS": EPN_APPS, "URLCONF": "maillage.urls_epn"},
}
TENANT_MODEL = "registry.Space"
TENANT_DOMAIN_MODEL = "registry.Domain"
PUBLIC_SCHEMA_NAME = "public"
ROOT_URLCONF = "maillage.urls_public"
INSTALLED_APPS = [app for kind in TENANT_TYPES.values() for app in kind["APPS"]]

# Tables of the public schema that a space's request role may read. Short, and rarely written.
PUBLIC_TABLES_READABLE_IN_SPACES = [
    "accounts_person",
    "registry_space",
    "registry_federation",
    "registry_epn",
    "registry_affiliation",
    "reference_term",
    "reference_commune",
    "reference_boundary",
    "reference_contracttype",
    "reference_datedrule",
]

# --- Database ---------------------------------------------------------------------------------------------
_database = env.db_url_config(env.str("DATABASE_URL", "postgresql:///maillage"))  # type: ignore[no-untyped-call]
DATABASES = {
    "default": {
        **_database,
        "ENGINE": "tenants.registry.database",
        "CONN_MAX_AGE": env.int("CONN_MAX_AGE", 60),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 5, **_database.get("OPTIONS", {})},
    }
}
DATABASE_ROUTERS = ["django_tenants.routers.TenantSyncRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Requests ---------------------------------------------------------------------------------------------
MIDDLEWARE = [
    "maillage.observability.middleware.ObservedMiddleware",
    "maillage.observability.middleware.AnsweredFirstMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "tenants.registry.middleware.SpaceMiddleware",
    "maillage.observability.middleware.UploadLimitMiddleware",
]
WSGI_APPLICATION = "maillage.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tenants.registry.context.navigation",
            ],
        },
    }
]
FORM_RENDERER = "maillage.design.forms.MaillageFormRenderer"

# --- People -----------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["maillage.accounts.backends.PasswordBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
     "OPTIONS": {"user_attributes": ["name", "email"]}},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]  # fmt: skip
ACCOUNT_ADAPTER = "tenants.registry.signing_in.adapters.SignInAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[Maillage] "
# Attempts to sign in are counted by address: behind how many proxies of ours is it to be found?
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT
ACCOUNT_FORMS = {"login": "tenants.registry.signing_in.forms.SignInForm"}
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "maillage.accounts.tokens.PasswordResetTokenGenerator"
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/spaces/"
LOGOUT_REDIRECT_URL = "/"
SESSION_ENGINE = "maillage.accounts.sessions"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
# A second proof of who one is: a code of an app, or a passkey (which alone is enough to sign in).
MFA_ADAPTER = "tenants.registry.signing_in.adapters.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "tenants.registry.signing_in.forms.CodeForm",
    "reauthenticate": "tenants.registry.signing_in.forms.CodeAgainForm",
    "activate_totp": "tenants.registry.signing_in.forms.FirstCodeForm",
    "add_webauthn": "tenants.registry.signing_in.forms.PasskeyForm",
    "authenticate_webauthn": "tenants.registry.signing_in.forms.PasskeyCodeForm",
    "reauthenticate_webauthn": "tenants.registry.signing_in.forms.PasskeyAgainForm",
    "login_webauthn": "tenants.registry.signing_in.forms.PasskeySignInForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"  # else a key that asks for no PIN or finger would sign in alone
MFA_TOTP_ISSUER = "Maillage"
MFA_TOTP_TOLERANCE = 1  # half a minute for those who type slowly
MFA_RECOVERY_CODES_SHOW_ONCE = True
# One OpenID Connect provider per installation, off until OIDC_ISSUER is set.
OIDC_NAME = env.str("OIDC_NAME", "OpenID Connect")
OIDC_ISSUER = env.str("OIDC_ISSUER", "")
OIDC_SECOND_FACTOR_AMR = env.list("OIDC_SECOND_FACTOR_AMR", default=[])
SOCIALACCOUNT_ADAPTER = "tenants.registry.signing_in.adapters.ProviderAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = True  # a link: `form-action` would stop a form on its way to the provider
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "oidc",
                "name": OIDC_NAME,
                "client_id": env.str("OIDC_CLIENT_ID"),
                "secret": env.str("OIDC_CLIENT_SECRET"),
                "settings": {"server_url": OIDC_ISSUER},
            }
        ]
        if OIDC_ISSUER
        else [],
    }
}
# A PC that was declared shared locks itself after so many minutes without anybody.
SHARED_PC_LOCK_MINUTES = env.int("SHARED_PC_LOCK_MINUTES", 15)
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("DEFAULT_FROM_EMAIL", "Maillage <maillage@localhost>")
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT_SECONDS", 10)  # else a silent mail server holds a thread for ever

# --- Languages --------------------------------------------------------------------------------------------
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("French")), ("nl", _("Dutch")), ("en", _("English"))]
LOCALE_PATHS = [DESIGN / "locale"]
USE_I18N = True
TIME_ZONE = "Europe/Brussels"
USE_TZ = True

# --- Files ------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", str(ROOT / "var" / "static")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "maillage.design.static_files.StaticFiles"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = env.int("UPLOAD_MAX_BYTES", 5 * 1024 * 1024)  # a larger body is answered by 413

# --- Cache: in the process, and a key always names its space. Attempts to sign in are counted for all processes -----
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "KEY_FUNCTION": "tenants.registry.crossing.cache_key",
    },
    "attempts": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "accounts_attempt",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
}

# --- Jobs: in the public schema; ids only, never content ------------------------------------------------------
PROCRASTINATE_ON_APP_READY = "tenants.registry.jobs.prepare"
SWEEP_MINUTES = env.int("SWEEP_MINUTES", 5)  # how often the figures' sweeper comes by

# --- Webhooks: what a federation tells other people's servers -------------------------------------------------
WEBHOOKS_LOCALHOST = not PRODUCTION  # http://localhost may be a receiver, to try
# Networks behind the wall that may receive all the same, such as 10.20.0.0/16; every other internal address is refused.
WEBHOOKS_ALLOWED_NETWORKS = env.list("WEBHOOKS_ALLOWED_NETWORKS", default=[])
WEBHOOKS_TIMEOUT_SECONDS = 10
WEBHOOKS_LEASE_SECONDS = 60  # after that, a delivery whose worker died is anybody's again
WEBHOOKS_OFF_AFTER_DAYS = env.int("WEBHOOKS_OFF_AFTER_DAYS", 5)  # of failures without a success
WEBHOOKS_SUBSCRIBERS_SECONDS = 30  # how long a process believes what it knows of who subscribes

# --- The machine's door ---------------------------------------------------------------------------------------
API_CALLS_A_MINUTE = env.int("API_CALLS_A_MINUTE", 3000)
API_CALLS_A_MINUTE_UNSIGNED = env.int("API_CALLS_A_MINUTE_UNSIGNED", 300)
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["api.v1.authentication.DoorAuthentication"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["api.v1.parsers.ExactJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "api.v1.errors.answer",
    "COERCE_DECIMAL_TO_STRING": False,
    "NUM_PROXIES": TRUSTED_PROXY_COUNT,
    "URL_FORMAT_OVERRIDE": None,
    "UPLOADED_FILES_USE_URL": False,
}
SPECTACULAR_SETTINGS = {
    "OAS_VERSION": "3.1.1",
    "TITLE": "Maillage",
    "VERSION": "1",
    "DESCRIPTION": "The shared register of a network of espaces publics numériques (EPN).",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "COMPONENT_NO_READ_ONLY_REQUIRED": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "api.v1.openapi.complete",
    ],
}

# --- Security ---------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "connect-src": [SELF],
        "font-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "report-uri": "/csp-report/",
        "report-to": "csp",
    }
}
HEADERS_OF_EVERY_ANSWER = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Reporting-Endpoints": 'csp="/csp-report/"',
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    feature: []
    for feature in (
        "accelerometer", "autoplay", "bluetooth", "browsing-topics", "camera", "display-capture", "encrypted-media",
        "gamepad", "geolocation", "gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer", "microphone",
        "midi", "payment", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking",
    )
}  # fmt: skip
PROBES = ("/health/", "/health/live/")
# What comes from machines beside the web: no host name, no TLS, no session. See AnsweredFirstMiddleware.
ANSWERED_FIRST = {**dict.fromkeys(PROBES, ("GET", "HEAD")), "/csp-report/": ("POST",)}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if PRODUCTION:
    # `__Host-`: no other name of the domain can set or overwrite it.
    SESSION_COOKIE_NAME, SESSION_COOKIE_SECURE = "__Host-session", True
    CSRF_COOKIE_NAME, CSRF_COOKIE_SECURE = "__Host-csrf", True
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", True)
    SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", 60 * 60 * 24 * 365)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("SECURE_HSTS_INCLUDE_SUBDOMAINS", True)
    SECURE_HSTS_PRELOAD = env.bool("SECURE_HSTS_PRELOAD", True)
    CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])  # where a proxy changes the Host
    if TRUSTED_PROXY_COUNT:  # without a proxy of ours, anybody could say so
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- Lines, events, measures: never a content (docs/operations/observability.md) -----------------------------
LOGGING = log_settings(env)
SENTRY_DSN = env.str("SENTRY_DSN", "")
SENTRY_ENVIRONMENT = env.str("SENTRY_ENVIRONMENT", ENVIRONMENT)
SENTRY_RELEASE = env.str("SENTRY_RELEASE", "")
METRICS_PORT = env.int("METRICS_PORT", 0)  # 0: none
METRICS_HOST = env.str("METRICS_HOST", "0.0.0.0")  # nosec B104
