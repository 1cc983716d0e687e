"""Labelled sets of records from outside, as records of ours: invented people, each with the truth of who is who."""

import csv
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from heard.matching.normalising import address, birth_date, external_id, make_record, name, phone
from heard.matching.records import Address, Record

FOLDER = Path(__file__).parents[2].parent / "shared" / "data" / "identity"

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """`truth` names the person behind each record, in the same order. Ids are positions."""

    name: str
    records: list[Record]
    truth: list[str]

    @property
    def matches(self) -> set[Pair]:
        """Every pair of records of one person."""
        people = defaultdict(set)
        for place, person in enumerate(self.truth):
            people[person].add(place)
        return pairs_within(people.values())


def pairs_within(groups: Iterable[set[int]]) -> set[Pair]:
    ordered = [sorted(group) for group in groups]
    return {(one, other) for group in ordered for at, one in enumerate(group) for other in group[at + 1 :]}


def febrl(number: int) -> LabelledSet:
    """Invented Australians, many with several slips of the pen. Their national number is left out."""
    rows = _rows("febrl", f"dataset{number}.csv")
    records = [
        make_record(
            place,
            "febrl",
            names=[(row["given_name"], row["surname"])],
            birth_dates=[row["date_of_birth"]],
            addresses=[_lines(row)],
        )
        for place, row in enumerate(rows)
    ]
    return LabelledSet(f"FEBRL {number}", records, [row["rec_id"].split("-")[1] for row in rows])


def _lines(row: dict[str, str]) -> dict[str, str]:
    return {
        "line": row["address_1"], "number": row["street_number"], "city": row["suburb"], "region": row["state"], "postcode": row["postcode"],
    }  # fmt: skip


def fake_1000() -> LabelledSet:
    """Invented Britons with names, days, towns and addresses of mail, of which many are missing or misspelt."""
    rows = _rows("splink_fake1000", "fake_1000.csv")
    records = [
        make_record(
            place,
            "fake",
            names=[(row["first_name"], row["surname"])],
            birth_dates=[row["dob"]],
            emails=[row["email"]],
            addresses=[{"city": row["city"]}],
        )
        for place, row in enumerate(rows)
    ]
    return LabelledSet("fake_1000", records, [row["cluster"] for row in rows])


def senzing() -> LabelledSet:
    """Curated hard cases from three sources: families, namesakes, other scripts, shared telephones, look-alike companies."""
    truth = {(row["DATA_SOURCE"], row["RECORD_ID"]): row["CLUSTER_ID"] for row in _rows("senzing_truthset", "actual_truthset_key.csv")}
    records, labels = [], []
    for source in ("customers", "reference", "watchlist"):
        for line in (FOLDER / "senzing_truthset" / f"{source}.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            records.append(_senzing_record(len(records), row["DATA_SOURCE"], row["FEATURES"]))
            labels.append(truth[row["DATA_SOURCE"], row["RECORD_ID"]])
    return LabelledSet("Senzing truth set", records, labels)


_IDS = {
    "PASSPORT_NUMBER": ("passport", "PASSPORT_COUNTRY"),
    "DRIVERS_LICENSE_NUMBER": ("drivers licence", "DRIVERS_LICENSE_STATE"),
    "SSN_NUMBER": ("ssn", ""),
    "NATIONAL_ID_NUMBER": ("national id", "NATIONAL_ID_COUNTRY"),
    "TAX_ID_NUMBER": ("tax id", "TAX_ID_COUNTRY"),
    "LEI_NUMBER": ("lei", ""),
}


def _senzing_record(place: int, source: str, features: list[dict[str, str]]) -> Record:
    companies = [each["NAME_ORG"] for each in features if "NAME_ORG" in each]
    is_company = bool(companies) or any(each.get("RECORD_TYPE") == "ORGANIZATION" for each in features)
    employers = [each["EMPLOYER"] for each in features if each.get("EMPLOYER")]
    lines = [each["NAME_FULL"] for each in features if "NAME_FULL" in each]
    parts = [each for each in features if "NAME_LAST" in each or "NAME_FIRST" in each]
    return make_record(
        place,
        source,
        names=[
            *lines,
            *(
                found
                for each in parts
                if (found := name(given=each.get("NAME_FIRST", ""), family=each.get("NAME_LAST", ""), middle=each.get("NAME_MIDDLE", "")))
            ),
        ],
        birth_dates=[found for each in features if "DATE_OF_BIRTH" in each and (found := birth_date(each["DATE_OF_BIRTH"]))],
        emails=[each["EMAIL_ADDRESS"] for each in features if "EMAIL_ADDRESS" in each],
        phones=[found for each in features if "PHONE_NUMBER" in each and (found := phone(each["PHONE_NUMBER"], region="US"))],
        addresses=[found for each in features if (found := _senzing_address(each))],
        ids=[
            found
            for each in features
            for column, (kind, issuer) in _IDS.items()
            if each.get(column) and (found := external_id(kind, each[column], issuer=each.get(issuer, "")))
        ],
        organisation_name=next(iter([*companies, *employers]), ""),
        is_organisation=is_company,
    )


def _senzing_address(feature: dict[str, str]) -> Address | None:
    if "ADDR_FULL" in feature:
        return address(feature["ADDR_FULL"])
    if "ADDR_LINE1" in feature:
        return address(
            feature["ADDR_LINE1"],
            city=feature.get("ADDR_CITY", ""),
            region=feature.get("ADDR_STATE", ""),
            postcode=feature.get("ADDR_POSTAL_CODE", ""),
            country=feature.get("ADDR_COUNTRY", ""),
        )
    return None


def _rows(folder: str, file: str) -> list[dict[str, str]]:
    with (FOLDER / folder / file).open(encoding="utf-8", newline="") as lines:
        return [{key.strip(): (value or "").strip() for key, value in row.items()} for row in csv.DictReader(lines, skipinitialspace=True)]
