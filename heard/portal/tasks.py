"""Work of customers' pages, as tasks that may run twice."""

from heard.tasks import task


@task(priority=8)
def send_code(code_id: int) -> None:
    from heard.portal.services.code_mail import send

    send(code_id)


@task()
def forget_attempts() -> None:
    from heard.portal.services.limits import forget_old

    forget_old()
