from django.urls import path

from heard.bridges.views import crm, crm_conflicts

urlpatterns = [
    path("operate/bridges/", crm.index, name="bridges"),
    path("operate/bridges/new/", crm.create, name="bridge_new"),
    path("operate/bridges/<int:number>/", crm.show, name="bridge"),
    path("operate/bridges/<int:number>/settings/", crm.settings, name="bridge_settings"),
    path("operate/bridges/<int:number>/looks/", crm.look, name="bridge_looks"),
    path("operate/bridges/<int:number>/looks/<int:run>/", crm.look_show, name="bridge_look"),
    path("operate/bridges/<int:number>/start/", crm.start, name="bridge_start"),
    path("operate/bridges/<int:number>/end/", crm.end, name="bridge_end"),
    path("operate/bridges/<int:number>/retry/", crm.retry, name="bridge_retry"),
    path("people/conflicts/", crm_conflicts.index, name="conflicts"),
    path("people/conflicts/<int:number>/", crm_conflicts.answer, name="conflict"),
    path("people/conflicts/<int:number>/end/", crm_conflicts.end, name="conflict_end"),
]
