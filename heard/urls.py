"""Every address of the installation. An app's own `urls.py` holds its addresses; this page includes them."""

from importlib.util import find_spec

from django.conf import settings
from django.urls import include, path

from heard.lib.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    *(path("", include(f"{app}.urls")) for app in settings.OWN_APPS if app in settings.INSTALLED_APPS and find_spec(f"{app}.urls")),
]

handler400 = "heard.ui.errors.bad_request"
handler403 = "heard.ui.errors.forbidden"
handler404 = "heard.ui.errors.not_found"
handler500 = "heard.ui.errors.server_error"
