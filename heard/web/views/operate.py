"""Operators' pages: is anything lost, does the ledger balance, does the work get done. No customer's words stand here unasked."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from heard.events import consumers
from heard.events.models import Consumer, ParkedEvent
from heard.events.recording import last_position
from heard.files import store
from heard.inbound.models import Cause, Inbound, State
from heard.inbound.selectors import ledger, ledger_totals, quarantine_by_cause, quarantined
from heard.inbound.services.retrying import retry_everything, retry_quarantined
from heard.tasks import queue
from heard.tasks.models import Lease, Task, WorkerBoot
from heard.ui.notices import tell
from heard.web.access import admins_only, note_access

ROWS = 100
SOURCE_SHOWN = 100_000


@login_required
@admins_only
@require_safe
def quarantine(request: HttpRequest) -> HttpResponse:
    """What arrived and could not be read, cause by cause, with the ledger of the last days. Six queries."""
    rows = list(quarantined()[: ROWS + 1])
    context = {
        "rows": rows[:ROWS],
        "more": len(rows) > ROWS,
        "causes": [(Cause(cause).label, cause, number) for cause, number in quarantine_by_cause()],
        "total": sum(number for _cause, number in quarantine_by_cause()),
        "ledger": _days(7)[:1],
        "totals": ledger_totals(),
        "dead": Task.objects.filter(state="dead").count(),
    }
    return render(request, "web/quarantine.html", context)


@login_required
@admins_only
@require_safe
def quarantine_source(request: HttpRequest, number: int) -> HttpResponse:
    """The source of one original, as text; looking is remembered."""
    inbound = get_object_or_404(Inbound.objects.select_related("blob", "mailbox"), pk=number, state=State.QUARANTINED)
    if inbound.blob is None:
        raise Http404
    note_access(request.user, 0, page="quarantine")
    try:
        raw = store.read(inbound.blob)
    except store.MissingBytes:
        raise Http404 from None
    source = raw[:SOURCE_SHOWN].decode("utf-8", "replace").replace("\0", "\ufffd")
    return render(request, "web/quarantine_source.html", {"inbound": inbound, "source": source, "is_cut": len(raw) > SOURCE_SHOWN})


@login_required
@admins_only
@require_POST
def quarantine_retry(request: HttpRequest) -> HttpResponse:
    """Try one again (`inbound`), everything of a cause (`cause`), or all."""
    number, cause = request.POST.get("inbound", ""), request.POST.get("cause", "")
    if number:
        retried = retry_quarantined([int(number)] if number.isdigit() and len(number) < 19 else [], by=request.user)
    else:
        retried = retry_everything(by=request.user, cause=cause if cause in Cause.values else "")
    tell(request, ngettext("One message is being tried again.", "%(n)s messages are being tried again.", retried) % {"n": retried})
    return HttpResponseRedirect(reverse("web:quarantine"))


@login_required
@admins_only
@require_safe
def show_ledger(request: HttpRequest) -> HttpResponse:
    """Every mailbox on each of the last thirty days. Three queries."""
    return render(request, "web/ledger.html", {"days": _days(30), "totals": ledger_totals()})


@login_required
@admins_only
@require_safe
def tasks(request: HttpRequest) -> HttpResponse:
    """What is queued, what runs, what died, who works, and how far the readers of the log are. Eight queries."""
    position = last_position()
    context = {
        "dead": list(Task.objects.filter(state="dead").order_by("-pk")[:ROWS]),
        "queued": Task.objects.filter(state="queued").count(),
        "running": list(Task.objects.filter(state="running").order_by("pk")[:ROWS]),
        "late": Task.objects.filter(state="queued", failures__gt=0).order_by("run_at")[:ROWS],
        "workers": list(WorkerBoot.objects.order_by("started_at")),
        "consumers": [Reader(one.name, one.position, position - one.position) for one in Consumer.objects.order_by("name")],
        "parked": list(ParkedEvent.objects.select_related("consumer").order_by("-pk")[:ROWS]),
        "leases": Lease.objects.order_by("name"),
    }
    return render(request, "web/tasks.html", context)


@login_required
@admins_only
@require_POST
def tasks_requeue(request: HttpRequest) -> HttpResponse:
    """Give a dead task (`task`), a parked event (`parked`), or everything dead, another try."""
    number, parked = request.POST.get("task", ""), request.POST.get("parked", "")
    if parked.isdigit():
        found = ParkedEvent.objects.filter(pk=int(parked)).first()
        if found is not None:
            consumers.retry_parked(found)
    elif number.isdigit():
        task = Task.objects.filter(pk=int(number), state="dead").first()
        if task is not None:
            queue.requeue(task)
    else:
        queue.requeue_all()
    tell(request, _("It is being tried again."))
    return HttpResponseRedirect(reverse("web:tasks"))


@dataclass(frozen=True, slots=True)
class Reader:
    """A follower of the log: where it is, and how many events lie before it."""

    name: str
    position: int
    behind: int


@dataclass(frozen=True, slots=True)
class Day:
    day: object
    lines: list[object]


def _days(days: int) -> list[Day]:
    return [Day(day, list(lines)) for day, lines in groupby(ledger(days=days), key=lambda line: line.day)]
