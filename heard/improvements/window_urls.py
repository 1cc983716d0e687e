from django.urls import path

from heard.improvements.views import window

app_name = "window"
urlpatterns = [
    path("window/", window.show, name="window"),
    path("window/words/", window.words, name="words"),
    path("window/feed.atom", window.feed, name="feed"),
    path("window/embed/", window.embed, name="embed"),
]
