from django.urls import path

from heard.web.views import conversations, home, inbox, messages, operate

app_name = "web"
urlpatterns = [
    path("", home.show, name="home"),
    path("inbox/", inbox.show, name="inbox"),
    path("inbox/<slug:view>/", inbox.show, name="inbox_view"),
    path("conversations/<int:number>/", conversations.show, name="conversation"),
    path("conversations/<int:number>/replies/", conversations.reply, name="replies"),
    path("conversations/<int:number>/notes/", conversations.note, name="notes"),
    path("conversations/<int:number>/draft/", conversations.draft, name="draft"),
    path("conversations/<int:number>/assignment/", conversations.assignment, name="assignment"),
    path("conversations/<int:number>/team/", conversations.move, name="move"),
    path("conversations/<int:number>/snooze/", conversations.snooze, name="snooze"),
    path("conversations/<int:number>/snooze/end/", conversations.snooze_end, name="snooze_end"),
    path("conversations/<int:number>/closure/", conversations.closure, name="closure"),
    path("conversations/<int:number>/closure/end/", conversations.closure_end, name="closure_end"),
    path("conversations/<int:number>/joins/", conversations.joins, name="joins"),
    path("conversations/<int:number>/joins/<int:join>/end/", conversations.join_end, name="join_end"),
    path("messages/<int:message_id>/", messages.show, name="message"),
    path("messages/<int:message_id>/frame/", messages.frame, name="message_frame"),
    path("messages/<int:message_id>/original/", messages.raw, name="message_raw"),
    path("images/<str:token>/", messages.image, name="inline_image"),
    path("attachments/<int:number>/", messages.attachment, name="attachment"),
    path("operate/quarantine/", operate.quarantine, name="quarantine"),
    path("operate/quarantine/retry/", operate.quarantine_retry, name="quarantine_retry"),
    path("operate/quarantine/<int:number>/", operate.quarantine_source, name="quarantine_source"),
    path("operate/ledger/", operate.show_ledger, name="ledger"),
    path("operate/tasks/", operate.tasks, name="tasks"),
    path("operate/tasks/requeue/", operate.tasks_requeue, name="tasks_requeue"),
]
