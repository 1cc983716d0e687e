from django.urls import path

from heard.demo import views

app_name = "demo"
urlpatterns = [
    path("demo/", views.chooser, name="chooser"),
    path("demo/as/<slug:who>/", views.enter, name="enter"),
    path("demo/ada/", views.ada, name="ada"),
    path("demo/guide/", views.guide_part, name="guide"),
    path("demo/guide/end/", views.guide_end, name="guide_end"),
    path("demo/mail/", views.mail, name="mail"),
    path("demo/mail/new/", views.write, name="write"),
    path("demo/mail/<slug:name>/", views.letter, name="letter"),
]
