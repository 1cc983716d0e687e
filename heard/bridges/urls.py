from django.urls import path

from heard.bridges import crm_urls
from heard.bridges.views import books, exports, files

app_name = "bridges"
urlpatterns = [
    path("operate/people-files/", files.index, name="files"),
    path("operate/people-files/sources/<int:number>/", files.source, name="people_source"),
    path("operate/people-files/<int:number>/", files.show, name="file"),
    path("operate/people-files/<int:number>/start/", files.start, name="file_start"),
    path("operate/people-files/<int:number>/end/", files.end, name="file_end"),
    path("operate/address-books/", books.index, name="books"),
    path("operate/address-books/new/", books.create, name="book_new"),
    path("operate/address-books/<int:number>/", books.show, name="book"),
    path("operate/address-books/<int:number>/look/", books.look, name="book_look"),
    path("operate/address-books/<int:number>/choice/", books.choose, name="book_choice"),
    path("operate/address-books/<int:number>/end/", books.end, name="book_end"),
    path("people/card-conflicts/", books.conflicts, name="card_conflicts"),
    path("people/card-conflicts/<int:number>/", books.settle, name="card_settling"),
    path("people/export/", exports.people, name="export"),
    path("people/<int:number>/card.vcf", exports.card, {"form": "vcf"}, name="card"),
    path("people/<int:number>/card.json", exports.card, {"form": "json"}, name="jcard"),
    *crm_urls.urlpatterns,
]
