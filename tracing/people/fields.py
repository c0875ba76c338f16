"""Every link to a person: where it points now, and on whom the row was first filed."""

from __future__ import annotations

from typing import Any, Literal

from django.db import models

OnMerge = Literal["move", "keep_one"]


class PersonField(models.ForeignKey):
    """A link to a person that a merge knows how to treat: move the row to the root, or keep one of two.

    Stands beside `filed_on = FiledOn("person")`, which never changes; a guard sees to it.
    """

    def __init__(self, *, on_merge: OnMerge, **options: Any) -> None:
        self.on_merge = on_merge
        options.setdefault("to", "people.Person")
        options.setdefault("on_delete", models.PROTECT)
        options.setdefault("related_name", "+")
        super().__init__(**options)

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        return name, path, args, {**options, "on_merge": self.on_merge}


class FiledOn(models.UUIDField):
    """The person on whom a row was first filed: copied from its `PersonField` when the row is made, then never changed."""

    def __init__(self, of: str = "person", **options: Any) -> None:
        self.of = of
        options["null"] = True
        options["editable"] = False
        super().__init__(**options)

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        return name, path, args, {**options, "of": self.of}

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        if getattr(model_instance, self.attname) is None:
            setattr(model_instance, self.attname, getattr(model_instance, f"{self.of}_id"))
        return super().pre_save(model_instance, add)
