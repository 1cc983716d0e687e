from django.urls import path

from heard.improvements.views import evidence, improvements

app_name = "improvements"
urlpatterns = [
    path("improvements/", improvements.index, name="improvements"),
    path("improvements/new/", improvements.propose, name="new"),
    path("improvements/<int:number>/", improvements.show, name="improvement"),
    path("improvements/<int:number>/edit/", improvements.edit, name="edit"),
    path("improvements/<int:number>/decisions/", improvements.decisions, name="decisions"),
    path("improvements/<int:number>/evidence/", evidence.index, name="evidence_of"),
    path("improvements/<int:number>/alike/", evidence.alike_words, name="alike"),
    path("evidence/", evidence.add, name="evidence"),
    path("evidence/<int:evidence_id>/end/", evidence.end, name="evidence_end"),
    path("evidence/<int:evidence_id>/restore/", evidence.restore, name="evidence_restore"),
]
