from django.urls import path

from heard.demo import views

app_name = "demo"
urlpatterns = [
    path("demo/mail/", views.mail, name="mail"),
    path("demo/mail/new/", views.write, name="write"),
    path("demo/mail/<slug:name>/", views.letter, name="letter"),
]
