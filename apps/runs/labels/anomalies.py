"""Refusals about anomalies and pictures of prints."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.journal.refusals import declare

declare(
    "anomaly-told-already",
    status=409,
    title=_("It is told already"),
    detail=_("An anomaly of this kind is open for the attempt."),
    fix=_("See to that one; a new one can follow when it is done."),
    constraint="one_open_anomaly_of_a_kind",
)
declare(
    "anomaly-unsigned",
    status=422,
    title=_("Who says so?"),
    detail=_("An anomaly names who or what raised it."),
    fix=_("Say who."),
    constraint="anomalies_say_who_raised_them",
)
declare(
    "anomaly-assignment-undated",
    status=422,
    title=_("Who sees to it, and since when?"),
    detail=_("Assigning an anomaly names the person and the time."),
    fix=_("Give both."),
    constraint="anomaly_assignments_say_when",
)
declare(
    "anomaly-acknowledgement-unsigned",
    status=422,
    title=_("Who saw it, and when?"),
    detail=_("Acknowledging an anomaly names who did and when."),
    fix=_("Give both."),
    constraint="acknowledged_anomalies_say_who",
)
declare(
    "anomaly-resolution-unsigned",
    status=422,
    title=_("Who closed it, when and how?"),
    detail=_("An anomaly that is done names who closed it, when, and how; one that is not done names none of these."),
    fix=_("Give all three."),
    constraint="resolved_anomalies_say_who_and_how",
)
declare(
    "anomaly-end-undated",
    status=422,
    title=_("When was it done?"),
    detail=_("An anomaly that is done says when; one that is not does not."),
    fix=_("Close it with its command."),
    constraint="resolved_anomalies_say_when",
)
declare(
    "snapshot-exists",
    status=409,
    title=_("There is a picture already"),
    detail=_("The attempt has its picture of this moment."),
    fix=_("Keep the first one."),
    constraint="one_snapshot_of_a_moment",
)
declare(
    "anomaly-snapshot-exists",
    status=409,
    title=_("There is a picture already"),
    detail=_("The anomaly has its picture."),
    fix=_("Keep the first one."),
    constraint="one_snapshot_of_an_anomaly",
)
declare(
    "snapshot-without-anomaly",
    status=422,
    title=_("Of which anomaly?"),
    detail=_("A picture taken because of an anomaly names it; no other picture does."),
    fix=_("Name the anomaly, or the other moment."),
    constraint="snapshots_of_anomalies_name_them",
)
