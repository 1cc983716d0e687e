"""Work of CRM bridges, as tasks that may run twice."""

from heard.tasks import BULK, task


@task()
def run_due_bridges() -> None:
    """Bridges whose time has come."""
    from heard.bridges.models import Bridge, BridgeState
    from heard.lib.time import now

    for pk in Bridge.objects.filter(state=BridgeState.RUNNING, next_at__lte=now()).values_list("pk", flat=True):
        run_bridge.using(dedupe=f"bridge {pk}").enqueue(pk)


@task(priority=BULK, max_attempts=1)  # one that cannot be reached is tried again when it is due, not by the queue
def run_bridge(bridge_id: int) -> None:
    from heard.bridges.models import Bridge, BridgeState
    from heard.bridges.services.crm_running import IsBusy
    from heard.bridges.services.crm_running import run_bridge as run

    bridge = Bridge.objects.filter(pk=bridge_id, state=BridgeState.RUNNING).first()
    if bridge is not None:
        try:
            run(bridge)
        except IsBusy:
            return


@task(priority=BULK, max_attempts=1)
def look_dry(run_id: int) -> None:
    """The dry look that somebody asked for."""
    from heard.bridges.services.crm_running import look_for

    look_for(run_id)


@task()
def forget_old_bridge_work() -> None:
    """Looks of a week ago and errands done a month ago go."""
    from heard.bridges.services.crm_errands import forget_old_errands
    from heard.bridges.services.crm_running import forget_old_runs

    forget_old_runs()
    forget_old_errands()
