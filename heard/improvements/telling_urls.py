from django.urls import path

from heard.improvements.views import answers, loop, tellings

app_name = "telling"
urlpatterns = [
    path("improvements/loop/", loop.figures, name="loop"),
    path("improvements/loop/owed/", loop.owed, name="owed"),
    path("improvements/<int:number>/telling/", tellings.write, name="write"),
    path("improvements/<int:number>/told/", tellings.told, name="told"),
    path("improvements/<int:number>/quotes/<int:consent>/", loop.quote, name="quote"),
    path("tellings/<int:telling_id>/", tellings.show, name="telling"),
    path("tellings/<int:telling_id>/queue/", tellings.queue, name="queue"),
    path("tellings/<int:telling_id>/end/", tellings.end, name="end"),
    path("told/<slug:token>/", answers.show, name="answer"),
    path("told/<slug:token>/answer/", answers.answer, name="answers"),
    path("told/<slug:token>/words/", answers.words, name="words"),
    path("told/<slug:token>/quote/", answers.quote, name="own_quote"),
    path("told/<slug:token>/no-more/", answers.no_more, name="no_more"),
]
