"""What `heard doctor` asks about joining."""

from heard.lib.checks import Finding, doctor_check, note, warning
from heard.matching.models import MatchEdge, MatchModel
from heard.matching.quality import standing_alarm


@doctor_check("joining")
def joining() -> list[Finding]:
    """Newcomers are joined as they were, and somebody looks at doubts."""
    found = []
    if alarm := standing_alarm():
        found.append(
            warning(
                f"in the week from {alarm.begins_on:%Y-%m-%d} {alarm.joined} of {alarm.newcomers} newcomers were joined with somebody known, "
                f"in the eight weeks before {alarm.usual_joined} of {alarm.usual_newcomers}. See People, How often we are wrong"
            )
        )
    waiting = MatchEdge.objects.filter(model__state=MatchModel.ACTIVE, state=MatchEdge.OPEN).count()
    if waiting:
        found.append(note(f"{waiting:,} pairs of records wait for a colleague. See People, Who is who"))
    return found
