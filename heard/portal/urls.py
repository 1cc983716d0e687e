from django.urls import path

from heard.portal.views import acts, codes, files, owning, page, staff

app_name = "portal"
urlpatterns = [
    path("c/<slug:token>/", page.show, name="page"),
    path("c/<slug:token>/messages/", acts.write, name="messages"),
    path("c/<slug:token>/solved/", acts.solved, name="solved"),
    path("c/<slug:token>/not-yet/", acts.not_yet, name="not_yet"),
    path("c/<slug:token>/language/", acts.language, name="language"),
    path("c/<slug:token>/files/<int:number>/", files.show, name="file"),
    path("c/<slug:token>/codes/", codes.ask, name="codes"),
    path("c/<slug:token>/codes/<uuid:asked>/", codes.code, name="code"),
    path("c/<slug:token>/corrections/", owning.corrections, name="corrections"),
    path("c/<slug:token>/not-me/", owning.not_me, name="not_me"),
    path("c/<slug:token>/held/", owning.held, name="held"),
    path("c/<slug:token>/held/conversation/", owning.take_conversation, name="take_conversation"),
    path("c/<slug:token>/held/everything/", owning.take_everything, name="take_everything"),
    path("conversations/<int:number>/customer-page/", staff.panel, name="panel"),
    path("conversations/<int:number>/customer-page/links/end/", staff.stop, name="stop_links"),
    path("operate/customer-pages/", staff.door, name="front_door"),
]
