from django.urls import path

from heard.channels.email.views import mailbox_tests, mailboxes

app_name = "email"
urlpatterns = [
    path("mailboxes/", mailboxes.index, name="mailboxes"),
    path("mailboxes/new/", mailboxes.create, name="new_mailbox"),
    path("mailboxes/<int:pk>/", mailboxes.mailbox, name="mailbox"),
    path("mailboxes/<int:pk>/tests/", mailbox_tests.create, name="tests"),
    path("mailboxes/<int:pk>/tests/<int:test>/", mailbox_tests.show, name="test"),
]
