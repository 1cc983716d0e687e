"""Going on with erasures, as tasks that may run twice."""

from heard.tasks import BULK, task


@task()
def finish_erasures() -> None:
    """What a crash left to be removed after an erasure."""
    from heard.privacy.services import finish_erasures as finish

    finish()


@task(priority=BULK)
def finish_erasures_at_night() -> None:
    """Also what keeps writers waiting for minutes: writing a big database anew."""
    from heard.privacy.services import finish_erasures as finish

    finish(whatever_the_size=True)


@task(priority=BULK)
def derive_segments() -> None:
    """Who is in which segment and whose customer they are, for everybody: after a rule changed."""
    from heard.people.services.membership import derive_all

    derive_all()


@task(priority=BULK)
def follow_days() -> None:
    """Rules that became true or false because days passed; and what is new to be counted after an upgrade."""
    from heard.people.services.attributes import count_new_subjects
    from heard.people.services.membership import derive_due

    count_new_subjects()
    derive_due()
