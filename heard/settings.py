"""Settings: defaults that run on a laptop, every choice an environment variable. They are explained in docs/operations.md."""

from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from csp.constants import NONCE, NONE, SELF

from heard.lib import env, keys, listening

PACKAGE = Path(__file__).parent

HOME = env.path("HEARD_HOME", "~/.heard")
env.load_file(HOME / "heard.env")
keys.configure(HOME)

DEBUG = env.flag("HEARD_DEBUG")
SECRET_KEY = keys.key("secret").decode()

# Where it is reached
HOST, PORT = listening.address()
URL = env.url("HEARD_URL", f"http://127.0.0.1:{PORT}")
IS_HTTPS = URL.startswith("https://")
ALLOWED_HOSTS = [urlsplit(URL).hostname or "", "localhost", "127.0.0.1", "[::1]", *env.words("HEARD_HOSTS")]
CSRF_TRUSTED_ORIGINS = [URL]
IS_BEHIND_PROXY = env.flag("HEARD_BEHIND_PROXY")
if IS_BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# The map of ARCHITECTURE.md, from left to right: each knows only those below it
OWN_APPS = [
    "heard.web",
    "heard.demo",
    "heard.programmes",
    "heard.improvements",
    "heard.insights",
    "heard.inbound",
    "heard.portal",
    "heard.gestures",
    "heard.promises",
    "heard.conversations",
    "heard.bridges",
    "heard.purchases",
    "heard.timeline",
    "heard.matching",
    "heard.people",
    "heard.channels.email",
    "heard.search",
    "heard.accounts",
    "heard.files",
    "heard.ui",
    "heard.events",
    "heard.tasks",
    "heard.privacy",
]
INSTALLED_APPS = [
    *OWN_APPS,
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "template_partials",
]
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "heard.urls"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "heard.ui.middleware.ReaderMiddleware",
    "heard.ui.middleware.PageMiddleware",
]
CSRF_FAILURE_VIEW = "heard.ui.errors.csrf_failure"
FORM_RENDERER = "heard.ui.forms.Renderer"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["template_partials.templatetags.partials", "heard.ui.templatetags.quick"],
            "libraries": {"i18n": "heard.ui.templatetags.quick"},
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "heard.ui.context.navigation",
            ],
        },
    },
]


SILENCED_SYSTEM_CHECKS = [
    "templates.W003"
]  # two libraries named i18n: ours stands in the place of Django's on purpose, and holds all of it


# The database
def sqlite_database(path: Path) -> dict:
    """One file. IMMEDIATE is not optional: with Django's DEFERRED, writers fail with "database is locked"."""
    pragmas = {
        "journal_mode": "WAL",
        "synchronous": "FULL",
        "foreign_keys": "ON",
        "secure_delete": "ON",
        "cache_size": "-16384",  # KiB for each connection, and every thread has one
        "temp_store": "MEMORY",
        "journal_size_limit": "67108864",
    }
    return {
        "ENGINE": "heard.db.sqlite",
        "NAME": path,
        "CONN_MAX_AGE": None,  # a connection for each thread, for good
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "".join(f"PRAGMA {name}={value};" for name, value in pragmas.items()),
        },
        # In memory, another connection would see nothing of it.
        "TEST": {"NAME": env.path("HEARD_TEST_DATABASE", path.parent / "test.sqlite3")},
    }


def postgres_database(address: str) -> dict:
    """`postgres://user:password@host:port/name?sslmode=require`; a socket's folder is given as `?host=/run/postgresql`."""
    parts = urlsplit(address)
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        # Statements of `lib.db.planning_cursor` are planned once when they were run so often; no others ever are.
        "OPTIONS": {"connect_timeout": 10, "prepare_threshold": 3, **options},
    }


ACCEPT_OLD_SQLITE = env.flag("HEARD_ACCEPT_OLD_SQLITE")
DATABASE_URL = env.secret("DATABASE_URL")
if DATABASE_URL and urlsplit(DATABASE_URL).scheme not in {"postgres", "postgresql"}:
    raise env.WrongSetting("DATABASE_URL must begin with postgres://; without it Heard uses SQLite in its home folder.")
DATABASES = {"default": postgres_database(DATABASE_URL) if DATABASE_URL else sqlite_database(HOME / "heard.sqlite3")}

# Files and uploads
FILES_ROOT = env.path("HEARD_FILES", HOME / "files")
DATA_UPLOAD_MAX_MEMORY_SIZE = 25 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# Style sheets and scripts: hashed names once `heard init` has collected them, the plain files of the apps before that
STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
IS_COLLECTED = not DEBUG and (STATIC_ROOT / "staticfiles.json").exists()
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not IS_COLLECTED
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if IS_COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# Who may come in
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/log-in/"
LOGIN_REDIRECT_URL = "/"
SESSION_ENGINE = "heard.accounts.sessions"
AUTHENTICATION_BACKENDS = ["heard.accounts.sessions.Colleagues"]
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_NAME = "heard_session"
CSRF_COOKIE_NAME = "heard_csrf"
CSRF_COOKIE_HTTPONLY = True
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if IS_HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# Languages and times
LANGUAGES = [("en", "English"), ("es", "Español")]
LANGUAGE_CODE = env.text("HEARD_LANGUAGE", "en", choices=[code for code, _ in LANGUAGES])
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = env.text("HEARD_TIME_ZONE", "UTC")
USE_TZ = True

# Bridges to other systems
BRIDGE_HOSTS = env.words("HEARD_BRIDGE_HOSTS")  # hosts and networks inside ours that they may ask: crm.lan 10.0.3.0/24

SPARK_MASTER = env.text("HEARD_SPARK_MASTER")  # spark://host:port; this machine when it is empty
PHONE_REGION = env.text("HEARD_PHONE_REGION")  # the country (ES) of telephone numbers that are written without one

# Mail
LMTP_ADDRESS = env.text("HEARD_LMTP_ADDRESS")  # host:port; nobody listens when it is empty
MAIL_OUTBOX = env.flag("HEARD_MAIL_OUTBOX", DEBUG)  # what a mailbox without a server sends becomes files in HOME/outbox

CHECK_SIGNATURES = env.flag("HEARD_CHECK_SIGNATURES", default=True)  # look up the keys of signed mail in the network

# Writing to people who did not ask, and the page that everybody may read
REST_DAYS = env.integer("HEARD_REST_DAYS", 7, at_least=0)  # how long somebody is left alone after such a message
WINDOW_MAILBOX = env.text("HEARD_WINDOW_MAILBOX")  # which mailbox gets what is said on the open window; the first one when empty
WINDOW_EMBEDDED_BY = env.words("HEARD_WINDOW_EMBEDDED_BY")  # origins whose pages may show the open window in a frame

# The customer's page: for how many days a link in a mail opens it; 0 puts no links into mails
CUSTOMER_LINK_DAYS = min(env.integer("HEARD_CUSTOMER_LINK_DAYS", 30, at_least=0), 3650)

# Work in the background
WORKER_THREADS = env.integer("HEARD_WORKER_THREADS", 2, at_least=1)

# Logs: a fixed sentence and ids, never words or addresses of people
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "heard.lib.logs.LineFormatter"},
        "json": {"()": "heard.lib.logs.JsonFormatter"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": env.text("HEARD_LOG_FORMAT", "line", choices=["line", "json"]),
        }
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "heard": {"level": env.text("HEARD_LOG_LEVEL", "INFO", choices=["DEBUG", "INFO", "WARNING", "ERROR"])},
        "django.request": {"level": "ERROR"},  # not every address that somebody mistyped
    },
}
