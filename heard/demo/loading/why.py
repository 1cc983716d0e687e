"""The why of the demo company with its history, and what it promises everybody."""

from __future__ import annotations

from datetime import timedelta

from heard.demo import meanings
from heard.demo.company import Company
from heard.demo.loading.setting import Setting
from heard.lib.time import frozen_at
from heard.programmes.services.standing import state_standing_promise
from heard.programmes.services.why import Wording, sign_off, write_why


def load_why(company: Company, setting: Setting) -> None:
    """Two versions that were signed off, a draft of Wen’s that waits, and four standing promises."""
    alice, dora, omar = (setting.users[key] for key in ("alice", "dora", "omar"))
    with frozen_at(company.now - timedelta(days=331, hours=2)):
        sign_off(write_why(Wording(**meanings.WHY_FIRST), by=omar, based_on=0).number, by=dora)
    with frozen_at(company.now - timedelta(days=47, hours=5)):
        second = write_why(Wording(**meanings.WHY_NOW), by=alice, based_on=1, because=meanings.WHY_BECAUSE["now"])
    with frozen_at(company.now - timedelta(days=46, hours=3)):
        sign_off(second.number, by=dora)
        for text, measure in meanings.STANDING:
            state_standing_promise(text, measure=measure, by=dora)
    with frozen_at(company.now - timedelta(days=1, hours=4)):
        write_why(Wording(**meanings.WHY_DRAFT), by=setting.users["wen"], based_on=2, because=meanings.WHY_BECAUSE["draft"])
