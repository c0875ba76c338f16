from __future__ import annotations

from django.urls import path

from tracing.desk.lists import cases, tasks

urlpatterns = [
    path("lists/cases", cases.case_list, name="case_list"),
    path("lists/cases/export", cases.case_export, name="case_export"),
    path("lists/tasks", tasks.task_list, name="task_list"),
    path("lists/tasks/export", tasks.task_export, name="task_export"),
]
