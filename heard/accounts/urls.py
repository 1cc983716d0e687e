from django.urls import path

from heard.accounts.views import people, sessions, tokens

app_name = "accounts"
urlpatterns = [
    path("log-in/", sessions.log_in, name="login"),
    path("log-out/", sessions.log_out, name="logout"),
    path("profile/", people.profile, name="profile"),
    path("profile/password/", people.password, name="password"),
    path("operate/colleagues/", people.colleagues, name="colleagues"),
    path("operate/colleagues/new/", people.colleague_new, name="colleague_new"),
    path("operate/colleagues/<int:user_id>/", people.colleague, name="colleague"),
    path("operate/tokens/", tokens.index, name="tokens"),
    path("operate/tokens/<int:number>/revocation/", tokens.revocation, name="token_revocation"),
    path("operate/teams/new/", people.team, name="team_new"),
    path("operate/teams/<int:team_id>/", people.team, name="team"),
]
