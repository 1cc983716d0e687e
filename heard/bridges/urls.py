from django.urls import path

from heard.bridges import crm_urls
from heard.bridges.views import exports, files

app_name = "bridges"
urlpatterns = [
    path("operate/people-files/", files.index, name="files"),
    path("operate/people-files/sources/<int:number>/", files.source, name="people_source"),
    path("operate/people-files/<int:number>/", files.show, name="file"),
    path("operate/people-files/<int:number>/start/", files.start, name="file_start"),
    path("operate/people-files/<int:number>/end/", files.end, name="file_end"),
    path("people/export/", exports.people, name="export"),
    path("people/<int:number>/card.vcf", exports.card, {"form": "vcf"}, name="card"),
    path("people/<int:number>/card.json", exports.card, {"form": "json"}, name="jcard"),
    *crm_urls.urlpatterns,
]
