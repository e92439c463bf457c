"""What the notify app says when it or the database refuses something."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.journal.refusals import declare

declare(
    "notice-in-hand",
    status=409,
    title=_("Somebody sees to it already"),
    detail=_("Another person took this notice in hand."),
    fix=_("Nothing needs to be done. Ask them if you want to take over."),
)
declare(
    "notice-over",
    status=409,
    title=_("It is settled"),
    detail=_("What this notice was about has ended."),
    fix=_("Nothing needs to be done."),
)
declare(
    "notice-open-already",
    status=409,
    title=_("People know already"),
    detail=_("There is an open notice about the same cause."),
    fix=_("Nothing needs to be done: it is told once."),
    constraint="one_open_notice_per_cause",
)
declare(
    "notice-without-cause",
    status=422,
    title=_("What is it about?"),
    detail=_("A notice names its cause, so that it is told once."),
    fix=_("Name the cause."),
    constraint="notices_have_a_cause",
)
declare(
    "notice-acknowledged-by-nobody",
    status=422,
    title=_("Who sees to it?"),
    detail=_("A notice that is in hand says in whose and since when; one that is not says neither."),
    fix=_("Take it in hand with its command."),
    constraint="acknowledged_notices_say_by_whom",
)
declare(
    "notice-closed-without-reason",
    status=422,
    title=_("Why is it over?"),
    detail=_("A notice that is over says when and why; one that is not says neither."),
    fix=_("Close it with its command."),
    constraint="closed_notices_say_why",
)
declare(
    "told-already",
    status=409,
    title=_("They were told already"),
    detail=_("A person is told of a notice once."),
    fix=_("Nothing needs to be done."),
    constraint="a_person_is_told_of_a_notice_once",
)
declare(
    "notification-mailed-without-plan",
    status=422,
    title=_("This one does not go by mail"),
    detail=_("A notification that does not go by mail has no time of mailing."),
    fix=_("Change it with its command."),
    constraint="unmailed_notifications_have_no_mail",
)
declare(
    "preferences-exist",
    status=409,
    title=_("There are preferences already"),
    detail=_("A person has one set of notification preferences."),
    fix=_("Open the page again and change them there."),
    constraint="one_set_of_preferences_per_person",
)
declare(
    "quiet-hours-begin-outside-the-day",
    status=422,
    title=_("This is no time of day"),
    detail=_("Quiet hours begin between 00:00 and 23:59."),
    fix=_("Give a time of day, such as 22:00."),
    constraint="preference_quiet_from_minute_in_range",
)
declare(
    "quiet-hours-end-outside-the-day",
    status=422,
    title=_("This is no time of day"),
    detail=_("Quiet hours end between 00:00 and 23:59."),
    fix=_("Give a time of day, such as 06:00."),
    constraint="preference_quiet_until_minute_in_range",
)
declare(
    "mail-owed-already",
    status=409,
    title=_("This mail is owed already"),
    detail=_("There is one mail per occasion."),
    fix=_("Nothing needs to be done."),
    constraint="one_mail_per_occasion",
)
declare(
    "summary-owed-already",
    status=409,
    title=_("The next summary is owed already"),
    detail=_("Somebody gets one summary at a time; it tells of everything that waits."),
    fix=_("Nothing needs to be done."),
    constraint="one_summary_at_a_time",
)
declare(
    "mail-to-nobody",
    status=422,
    title=_("To whom does it go?"),
    detail=_("Mails about orders go to the customer of the order, all others to a person who works here."),
    fix=_("Owe it with its command."),
    constraint="mails_go_to_a_person_or_a_customer",
)
declare(
    "mail-undated",
    status=422,
    title=_("When was it sent?"),
    detail=_("A mail that was sent or dropped says when; one that is owed does not."),
    fix=_("Change it with its command."),
    constraint="ended_mails_say_when",
)
declare(
    "mail-dropped-without-reason",
    status=422,
    title=_("Why was it not sent?"),
    detail=_("A mail that was not sent says why; others do not."),
    fix=_("Change it with its command."),
    constraint="dropped_mails_say_why",
)
