"""Every address of the installation. An app's own `urls.py` holds its addresses; this page includes them."""

from django.urls import include, path

from heard.lib.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("", include("heard.web.urls")),
    path("", include("heard.demo.urls")),
    path("", include("heard.improvements.urls")),
    path("", include("heard.improvements.telling_urls")),
    path("", include("heard.improvements.window_urls")),
    path("", include("heard.programmes.urls")),
    path("", include("heard.portal.urls")),
    path("", include("heard.conversations.urls")),
    path("", include("heard.channels.email.urls")),
    path("", include("heard.bridges.urls")),
    path("", include("heard.purchases.urls")),
    path("", include("heard.api.urls")),
    path("", include("heard.accounts.urls")),
    path("", include("heard.ui.urls")),
]

handler400 = "heard.ui.errors.bad_request"
handler403 = "heard.ui.errors.forbidden"
handler404 = "heard.ui.errors.not_found"
handler500 = "heard.ui.errors.server_error"
