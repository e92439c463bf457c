"""What is owed because of people: the mails with their links."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from apps.journal.owed import Owed
from apps.journal.states import Lane
from apps.journal.subscriptions import subscribe

from . import events, links, queries
from .models import SignInLink
from .states import LinkPurpose


@subscribe(events.SignInLinkAsked, label=_("Send the link to sign in"), lane=Lane.DEFAULT)
def send_link(owed: Owed) -> None:
    """Send the mail. It may go out twice when a worker dies in between; the link in it works once all the same."""
    link = SignInLink.objects.select_related("user").filter(pk=owed.event.link_id).first()
    if link is None or link.used_at is not None:
        return
    is_invitation = link.purpose == LinkPurpose.INVITE
    address = settings.FARMOS_PUBLIC_URL.rstrip("/") + reverse(
        "invitation" if is_invitation else "sign-in-link", args=[links.token_for(link)]
    )
    shown = {"shop": queries.default_site().name, "address": address, "link": link, "is_invitation": is_invitation}
    with translation.override(link.user.language):
        subject = render_to_string("accounts/link_subject.txt", shown)
        body = render_to_string("accounts/link_mail.txt", shown)
    EmailMessage(" ".join(subject.split()), body, to=[link.user.email]).send()
