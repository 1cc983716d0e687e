from django.urls import path

from heard.accounts.views import sessions

app_name = "accounts"
urlpatterns = [
    path("log-in/", sessions.log_in, name="login"),
    path("log-out/", sessions.log_out, name="logout"),
]
