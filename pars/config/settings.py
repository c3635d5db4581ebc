"""Django's settings: one file, driven by the environment (PARS_HOME, PARS_ORIGIN, PARS_INSECURE_HTTP)."""

from __future__ import annotations

import os
from pathlib import Path

from pars.store import connections, vault

PARS_HOME = connections.home()
BASE_DIR = Path(__file__).resolve().parent.parent
LOOPBACK = ["127.0.0.1", "localhost", "[::1]"]


# Before `pars migrate` has made the logins there is nothing to connect to, and whoever tries is told so by the driver.
_app = connections.login_file("app", PARS_HOME)
DATABASES = {
    "default": {
        **connections.django_database(_app.read_text() if _app.exists() else "dbname=not_migrated_yet"),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
}
DATABASE_ROUTERS = ["pars.store.apps.NoGroups"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

SECRET_KEY = vault.secret("django", home=PARS_HOME).hex()
DEBUG = False
ALLOWED_HOSTS = [*LOOPBACK, *filter(None, os.environ.get("PARS_ALLOWED_HOSTS", "").split(","))]
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("PARS_TRUSTED_ORIGINS", "").split(",") if origin]

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "pars.store",
    "pars.edge.web",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "pars.edge.web.pages.LogFailures",
]
ROOT_URLCONF = "pars.config.urls"
CSRF_FAILURE_VIEW = "pars.edge.web.pages.forbidden"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

AUTH_USER_MODEL = "store.Account"
# Scrypt is as hard to guess through as a million rounds of the default, and ten times quicker to check once.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "/"

# Off only for a demo on loopback: a browser keeps no secure cookie that came over plain HTTP.
_secure = not os.environ.get("PARS_INSECURE_HTTP")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _secure
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 3600  # a shift
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "en-us"
USE_I18N = True
USE_TZ = True
TIME_ZONE = os.environ.get("PARS_ZONE", "America/New_York")

# Django's own lines about refused requests name the path or the host, in which somebody may have typed a person's name. The fence
# logs every request, and each failure its kind and place.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "loggers": {name: {"level": "CRITICAL", "propagate": False} for name in ("django.request", "django.security")},
}

STATIC_URL = "/static/"
STATIC_ROOT = PARS_HOME / "static"
