from django.urls import path

from heard.purchases.views import offerings, takings

app_name = "purchases"
urlpatterns = [
    path("operate/purchases/", takings.index, name="takings"),
    path("operate/purchases/sources/<int:number>/", takings.source, name="source"),
    path("operate/purchases/<int:number>/", takings.show, name="taking"),
    path("operate/purchases/<int:number>/start/", takings.start, name="taking_start"),
    path("operate/purchases/<int:number>/end/", takings.end, name="taking_end"),
    path("offerings/", offerings.index, name="offerings"),
    path("offerings/<int:number>/", offerings.show, name="offering"),
]
