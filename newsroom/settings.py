"""Every setting of the site, read from the environment and /etc/newsroom.env, with defaults that are safe.

docs/operators.md has the table of variables. Outside DEBUG and the demo a missing value stops the start.
"""

import os
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import quote

from django.conf.locale import LANG_INFO
from django.core.exceptions import ImproperlyConfigured

from newsroom import languages
from newsroom.configuration import datafolder, environmentfile, passwordrules, serviceurls
from newsroom.configuration import environment as env
from newsroom.guard import headers
from newsroom.logs import logs

BASE_DIR = Path(__file__).resolve().parent.parent

environmentfile.load(is_real_site=not (env.flag("DEBUG") or env.flag("DEMO")))
DEBUG = env.flag("DEBUG")
DEMO = env.flag("DEMO")  # set by `manage.py demo` for the processes that it starts
DATA_DIR = datafolder.checked("DATA_DIR", Path(env.text("DATA_DIR", str(BASE_DIR / "var"))))
os.umask(0o077)  # only its own user can read what a process of the site writes
HOST = env.text("HOST", "127.0.0.1")
PORT = env.number("PORT", 8000, least=1, most=65_535)
WORKERS = env.number("WORKERS", os.cpu_count() or 1, least=1, most=1_000)
PRODUCTION = not (DEBUG or DEMO)

# Identity
if PRODUCTION:
    SECRET_KEY = env.secret_key("SECRET_KEY")
    SITE_URL = env.required(
        "SITE_URL", "It is the public address of the site, such as https://news.example.org"
    )
else:
    SECRET_KEY = env.text("SECRET_KEY") or env.kept_secret(DATA_DIR / "secrets" / "secret-key")
    SITE_URL = env.text("SITE_URL", f"http://[{HOST}]:{PORT}" if ":" in HOST else f"http://{HOST}:{PORT}")
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
SITE_URL = SITE_URL.rstrip("/")
_site = env.site_address("SITE_URL", SITE_URL)
ALLOWED_HOSTS = [_site.hostname or "", *env.hosts("ALLOWED_HOSTS")]
if not PRODUCTION:
    ALLOWED_HOSTS += ["127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS = [f"{_site.scheme}://{_site.netloc}"]
TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES")
DEFAULT_FROM_EMAIL = env.mail_address("DEFAULT_FROM_EMAIL", f"newsroom@{_site.hostname}")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# Applications
INSTALLED_APPS = [
    "newsroom",
    "newsroom.guard",
    "newsroom.editing",
    "newsroom.filestore",
    "newsroom.pagecache",
    "newsroom.pictures",
    "newsroom.richtext",
    "newsroom.sitesettings",
    "newsroom.search",
    "newsroom.outbox",
    "newsroom.backups",
    "newsroom.signin",
    "newsroom.alerts",
    "newsroom.versions",
    "newsroom.unsaved",
    "articles",
    "newsletter",
    "inquiries",
    "newsroom.adminsite.NewsroomAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "ckeditor",
    "axes",
]

MIDDLEWARE = [
    "newsroom.guard.requestlog.TraceRequests",
    "newsroom.guard.proxies.BelieveOnlyOurProxies",
    "newsroom.guard.headers.SecurityHeaders",
    "newsroom.guard.badinput.RefuseBadInput",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "newsroom.guard.compression.Compress",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "newsroom.faults.outages.AnswerWithoutDatabase",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "newsroom.urls"
WSGI_APPLICATION = "newsroom.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "newsroom.sitesettings.context.site",
            ],
        },
    },
]

# Data
_database = serviceurls.database_from_url(
    env.text("DATABASE_URL", f"sqlite:///{quote(str(DATA_DIR / 'newsroom.sqlite3'))}")
)
DATABASES = {"default": _database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
_cache_url = env.text("CACHE_URL", f"file://{quote(str(DATA_DIR / 'cache'))}")
CACHES = {"default": serviceurls.cache_from_url(_cache_url)}
# Where throttles count: never in the cache, which visitors can fill until it drops entries.
THROTTLE_FILE = DATA_DIR / "throttle.sqlite3"
CACHE_IS_SHARED = CACHES["default"]["BACKEND"] == "newsroom.storage.rediscache.ForgivingRedisCache"
THROTTLES_IN_DATABASE = CACHE_IS_SHARED and _database["ENGINE"].endswith("postgresql")  # on several machines

PAGE_CACHE_MB = env.number(
    "PAGE_CACHE_MB", 0 if DEBUG else 48, most=16_384
)  # per web process; 0: no page cache
PAGES_WHILE_AWAY = env.number("PAGES_WHILE_AWAY", 3600)  # seconds that it serves without the database

# Backups
BACKUP_TO = env.text("BACKUP_TO")
BACKUP_BUCKET = serviceurls.backup_bucket(BACKUP_TO)
BACKUP_PASSPHRASE = env.long_text("BACKUP_PASSPHRASE", 12)
BACKUP_KEY_FILE = env.path_of_key("BACKUP_KEY_FILE", DATA_DIR)
BACKUP_KEEP = env.numbers("BACKUP_KEEP", (7, 4, 3))  # days, weeks, months

# Mail
if PRODUCTION:
    _email_url = env.required("EMAIL_URL", "Such as smtp+tls://user:password@mail.example.org:587")
else:
    _email_url = env.text("EMAIL_URL", f"file://{quote(str(DATA_DIR / 'mail'))}")
MAILERS = {"default": serviceurls.mailer_from_url(_email_url)}
MAIL_PROVIDER = serviceurls.provider_of(_email_url)
MAIL_WEBHOOK_SECRET = env.text("MAIL_WEBHOOK_SECRET")
ANYMAIL = serviceurls.webhook_setting(MAIL_PROVIDER, MAIL_WEBHOOK_SECRET)
# Seconds until another takes over from a sender that has stopped: longer than a message, seven exchanges of 20 s each.
OUTBOX_LEASE = env.number("OUTBOX_LEASE", 180, least=10)
# The envelope sender: mail to bounces+…@ has to reach `manage.py read_bounces`.
BOUNCE_ADDRESS = env.mail_address(
    "BOUNCE_ADDRESS", f"bounces@{DEFAULT_FROM_EMAIL.rpartition('@')[2].strip('> ')}"
)
# Newsletter messages per minute, all senders together; 0: no limit.
MAIL_PER_MINUTE = env.number("MAIL_PER_MINUTE", 0)
MAIL_PER_MINUTE_AND_DOMAIN = env.number("MAIL_PER_MINUTE_AND_DOMAIN", 0)

# Whom to tell of a vulnerability, in /.well-known/security.txt; empty: the contact address in the site settings.
SECURITY_CONTACT = env.contact("SECURITY_CONTACT")

# Monitoring
WATCH_EVERY = env.number("WATCH_EVERY", 30, least=1)  # seconds between two examinations of the site
HEALTH_KEY = env.optional_key("HEALTH_KEY")  # who sends it as `Authorization: Bearer …` reads /healthz/state
METRICS_NETWORKS = env.networks("METRICS_NETWORKS")  # from where /metrics may be read

# Inquiries
if PRODUCTION:
    env.required("INQUIRY_KEYS", "Inquiries are encrypted under it; docs/security.md says how to make one.")
    INQUIRY_KEYS = env.encryption_keys("INQUIRY_KEYS", DATA_DIR)
else:
    INQUIRY_KEYS = env.words("INQUIRY_KEYS") or [
        env.kept_secret(DATA_DIR / "secrets" / "inquiry-key", env.new_encryption_key)
    ]
# The sender of mail about inquiries; an address alone, since a name would tell a bystander about the site.
INQUIRY_FROM_EMAIL = env.mail_address("INQUIRY_FROM_EMAIL", parseaddr(DEFAULT_FROM_EMAIL)[1])

# Language and time
LANGUAGE_CODE = env.text("LANGUAGE_CODE", "en")
# What articles can be written in; the interface is in LANGUAGE_CODE.
LANGUAGES = list(languages.LANGUAGES)
if LANGUAGE_CODE not in dict(LANGUAGES):
    LANGUAGES.append((LANGUAGE_CODE, LANG_INFO.get(LANGUAGE_CODE, {}).get("name_local", LANGUAGE_CODE)))
TIME_ZONE = env.time_zone("TIME_ZONE")
USE_TZ = True
USE_I18N = True
FORMAT_MODULE_PATH = "newsroom.formats"
LOCALE_PATHS = [BASE_DIR / "locale"]
languages.require_interface(LANGUAGE_CODE, LOCALE_PATHS)

# Files
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "newsroom.richtext.staticfiles.AppFiles",
]
STATIC_ROOT = DATA_DIR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
FILES_URL = env.text("FILES_URL")
STORAGES = {
    # "default" is media; "documents", the files of resources, are served only while their resource is public.
    **serviceurls.files_from_url(FILES_URL, DATA_DIR, MEDIA_URL),
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "newsroom.staticstorage.ManifestStorage"
        )
    },
}
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = DEBUG
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "newsroom.storage.uploadhandler.UnlinkedUploadHandler",  # leaves no upload behind, even after `kill -9`
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
LARGEST_UPLOAD = 51 * 1024 * 1024  # bytes of a multipart body: one document of 50 MB and its form

# Links to other sites
CHECK_LINKS = env.flag("CHECK_LINKS", not DEMO)  # the demo asks nobody
LINKS_MAY_BE_PRIVATE = False  # only tests ask servers of this machine

# Days that former versions stay after the last change of a piece, that the trash keeps, and what was not saved
VERSIONS_KEPT_DAYS = env.number("VERSIONS_KEPT_DAYS", 365, least=1, most=36_500)
TRASH_KEPT_DAYS = env.number("TRASH_KEPT_DAYS", 30, least=1, most=3_650)
UNSAVED_DAYS = env.number("UNSAVED_DAYS", 30, least=1, most=3_650)

# Sign-in
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["newsroom.signin.hashing.QueuedArgon2"]
AUTH_PASSWORD_VALIDATORS = passwordrules.VALIDATORS
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"  # where an address to go on to is refused
# Whether staff need a second factor, and for how many days after they were first asked they can do without.
REQUIRE_2FA = env.flag("REQUIRE_2FA", not DEMO)
REQUIRE_2FA_DAYS = env.number("REQUIRE_2FA_DAYS", 14, most=365)
SIGN_IN_LOG_DAYS = env.number("SIGN_IN_LOG_DAYS", 365, least=1, most=3_650)
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600  # seconds
AXES_HANDLER = "newsroom.signin.axeshandler.SignInThrottle"  # keeps no staff address in the database
AXES_LOCKOUT_CALLABLE = "newsroom.signin.attempts.locked_out"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]  # required by axes; the handler has limits of its own
AXES_CLIENT_IP_CALLABLE = "newsroom.guard.proxies.client_address"
AXES_VERBOSE = False

# Cookies exist for the signed-in only; public pages set none.
SESSION_COOKIE_NAME = "staff"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
# How long staff stay signed in: in all, and without opening a page or typing.
SESSION_HOURS = env.number("SESSION_HOURS", 12, least=1, most=720)
SESSION_IDLE_HOURS = env.number("SESSION_IDLE_HOURS", 4, least=1, most=720)
SESSION_ENGINE = "newsroom.signin.sessionstore"
SESSION_COOKIE_AGE = SESSION_HOURS * 3600  # seconds
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "newsroom.editing.kept.offer_again"
SECURE_REDIRECT_EXEMPT = [r"^healthz(/state)?$"]
if _site.scheme == "https":
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    # Short at first, and for this host alone: browsers keep it until it expires, and it can't be withdrawn.
    SECURE_HSTS_SECONDS = env.number("HSTS_SECONDS", 31_536_000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = env.flag("HSTS_INCLUDE_SUBDOMAINS")
    SECURE_HSTS_PRELOAD = env.flag("HSTS_PRELOAD")
    if SECURE_HSTS_PRELOAD and not (SECURE_HSTS_INCLUDE_SUBDOMAINS and SECURE_HSTS_SECONDS >= 31_536_000):
        raise ImproperlyConfigured(
            "HSTS_PRELOAD needs HSTS_INCLUDE_SUBDOMAINS=on and HSTS_SECONDS of 31536000 or more."
        )
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_REFERRER_POLICY = "no-referrer"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"

SECURE_CSP = headers.POLICY

SILENCED_SYSTEM_CHECKS = [
    # newsroom.guard.headers sends X-Frame-Options with every answer, refusals before Django's middleware too.
    "security.W002",
    # Whether every subdomain can do https is the operator's to know: HSTS_INCLUDE_SUBDOMAINS and HSTS_PRELOAD say so.
    "security.W005",
    "security.W021",
    # CKEditor 4 is end-of-life. Its fence is newsroom/richtext/editor.py: in the admin only, an allow-list of
    # plugins, no upload view; newsroom/richtext/sanitiser.py cleans what is stored, edited and shown.
    # docs/security.md names each known hole; tests/newsroom/richtext/test_editor_fence.py tries it.
    "ckeditor.W001",
]

LOGGING = logs.configuration(env.one_of("LOG_FORMAT", "lines", "json"), env.flag("LOG_REQUESTS"))
