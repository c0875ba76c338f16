"""Every setting, in one file. What comes from the environment is explained in docs/settings.md.

The defaults are those of production: encrypted connections only, no debug pages, no script that is not ours.
CONTACT_DEMO=1 relaxes what a program on the loopback interface cannot have (TLS), and nothing else.
"""

from __future__ import annotations

from pathlib import Path

from config.database import database_for
from config.logs import logging_settings
from config.mail import address_from_environment, mail_from_environment, sender_from_environment
from config.provider import provider_from_environment, without_provider_from_environment
from config.voice import voice_from_environment
from tracing.base.settings import SettingWrong, env_bool, env_int, env_list, env_secret, env_text

BASE_DIR = Path(__file__).resolve().parent.parent

# ── what this process is ─────────────────────────────────────────────────────────────────────────────────────────────
PROCESS = env_text("CONTACT_PROCESS", "web")
DEMO = env_bool("CONTACT_DEMO", False)
DEBUG = env_bool("CONTACT_DEBUG", False)
if DEBUG and not DEMO:
    raise SettingWrong("CONTACT_DEBUG shows personal data on error pages: it works together with CONTACT_DEMO=1 only.")
SECRET_KEY = env_secret("CONTACT_SECRET_KEY", least=40)
SECRET_KEY_FALLBACKS = env_list("CONTACT_OLD_SECRET_KEYS")

# ── rooms ────────────────────────────────────────────────────────────────────────────────────────────────────────────
ROOMS = (
    "journal",
    "uswds",
    "jurisdictions",
    "diseases",
    "access",
    "places",
    "people",
    "tasks",
    "messaging",
    "questionnaires",
    "cases",
    "contacts",
    "monitoring",
    "intake",
    "referrals",
    "notices",
    "quality",
    "reporting",
    "gateway",
    "desk",
)
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "procrastinate.contrib.django",
    "django_htmx",
    "csp",
    *(f"tracing.{room}" for room in ROOMS),
    # Last, so that our templates go before those of Django's widgets.
    "django.forms",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    # One request, one transaction; everything below runs inside it.
    "tracing.access.middleware.one_transaction",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tracing.access.middleware.attach_viewer",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
AUTH_USER_MODEL = "access.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ── database and jobs ────────────────────────────────────────────────────────────────────────────────────────────────
DATABASES = {"default": database_for(PROCESS)}
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
PROCRASTINATE_IMPORT_PATHS = ["config.jobs"]

# ── pages ────────────────────────────────────────────────────────────────────────────────────────────────────────────
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tracing.desk.context.frame",
            ],
            "builtins": ["tracing.uswds.templatetags.days"],
        },
    }
]
FORM_RENDERER = "tracing.uswds.renderer.UswdsRenderer"
ASSETS = BASE_DIR / "build" / "assets"
STATIC_URL = "/static/"
STATICFILES_DIRS = [ASSETS] if ASSETS.is_dir() else []
# The demo serves the files where they lie; elsewhere `contact assets --collect` gives each a name with its digest.
COLLECTED = not DEMO
STATIC_ROOT = BASE_DIR / "build" / "static" if COLLECTED else None
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not COLLECTED
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# ── words, days ──────────────────────────────────────────────────────────────────────────────────────────────────────
USE_TZ = True
TIME_ZONE = env_text("CONTACT_TIME_ZONE", "America/New_York")
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]

# ── who may reach it ─────────────────────────────────────────────────────────────────────────────────────────────────
ALLOWED_HOSTS = env_list("CONTACT_HOSTS", ("localhost", "127.0.0.1", "[::1]") if DEMO else ())
if DEMO and not set(ALLOWED_HOSTS) <= {"localhost", "127.0.0.1", "[::1]"}:
    raise SettingWrong("CONTACT_DEMO is for this machine alone: CONTACT_HOSTS may name localhost and 127.0.0.1 only.")
CSRF_TRUSTED_ORIGINS = [] if DEMO else [f"https://{host}" for host in ALLOWED_HOSTS if host != "*"]
BEHIND_PROXY = env_bool("CONTACT_BEHIND_PROXY", False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = not DEMO
SECURE_REDIRECT_EXEMPT = [r"^health$"]
SECURE_HSTS_SECONDS = 0 if DEMO else env_int("CONTACT_HSTS_SECONDS", 31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = False
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# ── mail to staff: none without a server ─────────────────────────────────────────────────────────────────────────────
MAIL = mail_from_environment()
MAIL_FROM = sender_from_environment(MAIL)
ADDRESS = address_from_environment(ALLOWED_HOSTS, demo=DEMO)

# ── calls dialled by a telephone service: none without an account ────────────────────────────────────────────────────
VOICE = voice_from_environment(demo=DEMO)

# ── sign-in ──────────────────────────────────────────────────────────────────────────────────────────────────────────
CSRF_FAILURE_VIEW = "config.health.form_expired"
LOGIN_URL = "/sign-in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/sign-in"
# Whom the sign-in page of the demonstration names; the password is told where it was started.
DEMO_ACCOUNTS = "config.demo.staff.SIGN_INS" if DEMO else ""
SESSION_ENGINE = "tracing.access.sessions"
SESSION_COOKIE_NAME = "contact" if DEMO else "__Host-contact"
SESSION_COOKIE_AGE = 60 * env_int("CONTACT_SESSION_MINUTES", 12 * 60 if DEMO else 60, least=5)
# However busy: at the end of a working day everybody signs in again.
SESSION_HOURS = env_int("CONTACT_SESSION_HOURS", 24 if DEMO else 12, least=1, most=168)
# The time runs from the last page, not from signing in.
SESSION_SAVE_EVERY_REQUEST = True
SESSION_COOKIE_SECURE = not DEMO
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "contact-form" if DEMO else "__Host-contact-form"
CSRF_COOKIE_SECURE = not DEMO
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
# Notices live in the session: a cookie would carry their words through the browser.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
# The organisation's own provider of sign-ins, if one is set up; and who may come in without it.
PROVIDER = provider_from_environment(demo=DEMO)
WITHOUT_PROVIDER = without_provider_from_environment()
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]

# No page takes files: a larger part of a form is not kept on disk.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]

# ── content security policy: our own files, no script or style inside a page ─────────────────────────────────────────
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}

# ── where things lie ─────────────────────────────────────────────────────────────────────────────────────────────────
PROFILE = env_text("CONTACT_PROFILE", "connecticut")
PROFILES = Path(env_text("CONTACT_PROFILES", str(BASE_DIR / "profiles")))
WATCHED_FOLDER = env_text("CONTACT_WATCHED_FOLDER", "")
# Bytes that one delivery of laboratory reports may have.
DELIVERY_LIMIT = env_int("CONTACT_DELIVERY_MEGABYTES", 256, least=1) * 2**20
# Jobs that file reports at the same time, over all workers.
FILING_AT_ONCE = env_int("CONTACT_FILING_AT_ONCE", 2, least=1, most=64)

LOGGING = logging_settings(env_text("CONTACT_LOG_LEVEL", "INFO"), words=DEBUG)
