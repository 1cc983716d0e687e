from django.urls import path

from heard.programmes.views import standing, why

app_name = "programmes"
urlpatterns = [
    path("why/", why.show, name="why"),
    path("why/draft/", why.draft, name="draft"),
    path("why/draft/end/", why.draft_end, name="draft_end"),
    path("why/sign-off/", why.sign, name="sign_off"),
    path("why/versions/<int:number>/", why.version, name="version"),
    path("why/promises/new/", standing.new, name="standing_new"),
    path("why/promises/<int:number>/", standing.show, name="standing"),
    path("why/promises/<int:number>/end/", standing.end, name="standing_end"),
]
