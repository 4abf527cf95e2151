"""Django's settings, worked out from `config.env`."""

from pathlib import Path
from urllib.parse import urlsplit

from django.conf.locale import LANG_INFO

from belvedere.config import network, postgres, secrets
from belvedere.config.env import env
from belvedere.shared.languages import LANGUAGES as SPOKEN
from belvedere.shared.languages import WRITTEN, code, instead

ENV = env()
HOME = ENV.home.absolute()
PACKAGE = Path(__file__).resolve().parent.parent

DEBUG = False
SECRET_KEY = secrets.secret_key(ENV)
DEMO = ENV.mode == "demo"
PUBLIC_URL = network.public_url(ENV)
ALLOWED_HOSTS = [
    "localhost",
    "127.0.0.1",
    "testserver",
    ENV.host,
    urlsplit(PUBLIC_URL).hostname or "localhost",
    *filter(None, (each.strip() for each in ENV.allowed_hosts.split(","))),
]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
PROXIES = ENV.proxies
if PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

STAGES = [
    "desk",
    "measure",
    "publish",
    "sell",
    "plan",
    "offer",
    "territory",
    "journal",
    "theme",
]
INSTALLED_APPS = [
    *(f"belvedere.{stage}" for stage in STAGES),
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_htmx",
    "procrastinate.contrib.django",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
]
MIDDLEWARE = [
    "belvedere.config.middleware.Health",
    "belvedere.config.middleware.Proxies",
    "django.middleware.security.SecurityMiddleware",
    "belvedere.config.middleware.Policies",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "belvedere.config.middleware.StaffLanguages",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "belvedere.config.urls"
WSGI_APPLICATION = "belvedere.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "config" / "demo" / "templates"] if DEMO else [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "belvedere.config.context.site",
                *(["belvedere.config.demo.views.steps"] if DEMO else []),
            ],
        },
    }
]

DATABASES = {"default": postgres.django_database(ENV)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "territory.User"
LOGIN_URL = "desk:sign-in"
LOGIN_REDIRECT_URL = "desk:home"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("MinimumLengthValidator", "CommonPasswordValidator")
]

LANGUAGE_CODE = "it"
LANGUAGES = [(each.code, each.name) for each in SPOKEN]
# Connectors are no Django app, and still have words for who connects an account.
LOCALE_PATHS = [PACKAGE / "config" / "locale", PACKAGE / "connectors" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Rome"
WAGTAIL_I18N_ENABLED = True
WAGTAIL_CONTENT_LANGUAGES = [(each.code, each.name) for each in WRITTEN]
WAGTAILADMIN_PERMITTED_LANGUAGES = WAGTAIL_CONTENT_LANGUAGES
# Where editors don't write a language, Wagtail gives its readers the page they'd have instead.
for each in SPOKEN:
    if not each.written:
        LANG_INFO[each.code]["fallback"] = [code(other) for other in instead(each.tag)[1:]]

STATIC_URL = "/static/"
STATICFILES_DIRS = [PACKAGE / "connectors" / "static"]
STATIC_ROOT = HOME / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = HOME / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if ENV.mode == "test"
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

WHITENOISE_MANIFEST_STRICT = False  # A picture that is missing must not cost a page.
WHITENOISE_MAX_AGE = 3600

SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_URL.startswith("https://")
SECURE_HSTS_SECONDS = 31_536_000 if SESSION_COOKIE_SECURE else 0
SECURE_REFERRER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "belvedere.config.pages.forged"
X_FRAME_OPTIONS = "SAMEORIGIN"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20

WAGTAIL_SITE_NAME = "Belvedere"
WAGTAILADMIN_BASE_URL = PUBLIC_URL
WAGTAILIMAGES_IMAGE_MODEL = "offer.Picture"
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp", "heic"]
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
BELVEDERE_BOOKING = ENV.booking
OCTO_AUTH_STATUS = int(ENV.octo_auth_status)
BELVEDERE_CHANNELS = {
    "demo": {"path": HOME / "demo-channel.json"},
    "newsletter": {
        "smtp_url": ENV.smtp_url.get_secret_value(),
        "sender": ENV.mail_from,
        "folder": HOME / "mail",
        "dkim_key": ENV.dkim_key.read_text() if ENV.dkim_key else "",
        "dkim_selector": ENV.dkim_selector,
    },
}

DEFAULT_FROM_EMAIL = ENV.mail_from
if ENV.smtp_url.get_secret_value():
    _smtp = urlsplit(ENV.smtp_url.get_secret_value())
    EMAIL_HOST = _smtp.hostname or "localhost"
    EMAIL_PORT = _smtp.port or 25
    EMAIL_HOST_USER = _smtp.username or ""
    EMAIL_HOST_PASSWORD = _smtp.password or ""
    EMAIL_USE_SSL = _smtp.scheme == "smtps"
    EMAIL_USE_TLS = EMAIL_PORT == 587 and not EMAIL_USE_SSL
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = HOME / "mail"

PROCRASTINATE_IMPORT_PATHS = ["belvedere.config.tasks"]

# Sold out, taken down, something missing in a form: answers, and nothing that is wrong here.
ANSWERS = {409, 410, 422}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "no_answers": {
            "()": "django.utils.log.CallbackFilter",
            "callback": lambda record: getattr(record, "status_code", 0) not in ANSWERS,
        }
    },
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # It tells of addresses that it asks, and some vendors want their secrets in the address.
    "loggers": {"httpx": {"level": "WARNING"}, "django.request": {"filters": ["no_answers"]}},
}
