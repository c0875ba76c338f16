"""A list imported from the desk: chosen, its columns named, looked over, imported, undone."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tracing.contacts.models import Exposure
from tracing.desk.tests.world import BY, World
from tracing.intake.imports.models import TableImport
from tracing.intake.imports.work import advance

pytestmark = pytest.mark.django_db

LIST = "Who,Reach them,Dob\nMaria Lopez,203-555-0142,3/4/1990\nWei Chen,555,\n"


def _file(text: str = LIST) -> SimpleUploadedFile:
    return SimpleUploadedFile("contacts.csv", text.encode(), content_type="text/csv")


def _worker(made: World) -> None:
    for batch in TableImport.objects.all():
        while isinstance(advance(batch=batch, by=BY, at=made.at), TableImport):
            pass


def test_contacts_of_a_case_from_a_list(made: World) -> None:
    case = made.cases["Ana Rivera"]
    client = made.client("tracer")
    answer = client.post(reverse("desk:case_import", args=[case.pk]), {"file": _file()})
    batch = TableImport.objects.get()
    here = reverse("desk:import", args=[batch.pk])
    assert answer.status_code == 302 and answer["Location"] == here
    page = client.get(here).content.decode()
    assert "Reach them" in page and "203-555-0142" in page and "Look it over" in page

    refused = client.post(reverse("desk:import_columns", args=[batch.pk]), {"column-0": "", "column-1": "phone", "column-2": "birth_on"})
    assert refused.status_code == 422 and "No column says who it is" in refused.content.decode()
    client.post(reverse("desk:import_columns", args=[batch.pk]), {"column-0": "name", "column-1": "phone", "column-2": "birth_on"})
    waiting = client.get(here)
    assert waiting["Refresh"] and "0 of 2 rows" in waiting.content.decode()

    _worker(made)
    page = client.get(here).content.decode()
    assert "Import 1 row" in page and "is no telephone number" in page and "CT823" in page
    told = client.get(reverse("desk:import_wrong", args=[batch.pk])).content.decode()
    assert '"3","Reach them","CT823"' in told and "555\"" not in told, "what is wrong, and no cell of the list"

    client.post(reverse("desk:import_begin", args=[batch.pk]))
    _worker(made)
    assert Exposure.objects.filter(source=case, taken_back_at=None).count() == 1
    client.post(reverse("desk:import_undo", args=[batch.pk]))
    _worker(made)
    assert not Exposure.objects.filter(source=case, taken_back_at=None).exists()
    assert "Undone" in client.get(here).content.decode()


def test_what_is_no_list_is_said_beside_the_file(made: World) -> None:
    client = made.client("tracer")
    where = reverse("desk:case_import", args=[made.cases["Ana Rivera"].pk])
    for content, says in (("Name\n", "no rows below"), ("", "empty"), ("PK\x03\x04nothing", "cannot be read")):
        page = client.post(where, {"file": _file(content)})
        assert page.status_code == 422 and says in page.content.decode()
    assert client.post(reverse("desk:imports"), {"of": "case", "disease": "", "unit": "", "file": io.BytesIO(b"x")}).status_code == 422


def test_a_list_of_another_department_is_not_there(made: World) -> None:
    batch = TableImport.objects.create(
        unit=made.units["hartford"], of="contact", disease="covid19", header=["Name"], mapping=["name"], total=0, at=made.at
    )
    client = made.client("tracer")
    assert client.get(reverse("desk:import", args=[batch.pk])).status_code == 404
    assert client.post(reverse("desk:import_begin", args=[batch.pk])).status_code == 404
