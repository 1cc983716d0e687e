"""One address for the whole API: what lies behind it is loaded when it is first asked for, so that pages start without it."""

from django.urls import path

from heard.api.entry import dispatch

app_name = "api"
urlpatterns = [path("api/v1/<path:rest>", dispatch, name="v1")]
