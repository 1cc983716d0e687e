from django.urls import path

from heard.ui import views

app_name = "ui"
urlpatterns = [
    path("ui/<slug:digest>.css", views.stylesheet, name="stylesheet"),
    path("ui/preferences/", views.save_preferences, name="preferences"),
    path("ui/components/", views.components, name="components"),
]
