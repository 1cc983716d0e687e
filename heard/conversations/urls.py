from django.urls import path

from heard.conversations.views import asks

app_name = "conversations"
urlpatterns = [
    path("asks/", asks.index, name="asks"),
    path("asks/<int:number>/", asks.answer, name="ask"),
    path("asks/<int:number>/end/", asks.withdraw, name="ask_end"),
    path("asks/<int:number>/answers/<int:answer>/", asks.take, name="ask_answer"),
    path("asks/<str:token>/", asks.by_link, name="ask_link"),
]
