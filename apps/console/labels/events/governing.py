"""Sentences of decisions, approvals, holds, breakers, and of what farmos owes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.catalog.states import ReasonFamily
from apps.policy.states import BreakerKind, GatedTransition, HoldReason, HoldScope, Outcome, SubjectKind

from .words import say

say(
    "DecisionMade",
    _("{transition}: {outcome}"),
    "shield-check",
    decision=True,
    outcome=Outcome,
    transition=GatedTransition,
    subject_kind=SubjectKind,
)
say(
    "ApprovalRequired",
    _("A person is asked: {transition}"),
    "hourglass",
    key=True,
    decision=True,
    tone="violet",
    transition=GatedTransition,
    subject_kind=SubjectKind,
)
say(
    "ApprovalGranted",
    _("A person said yes: {transition}"),
    "check",
    key=True,
    decision=True,
    tone="green",
    transition=GatedTransition,
    subject_kind=SubjectKind,
)
say(
    "ApprovalDenied",
    _("A person said no: {transition}"),
    "ban",
    key=True,
    decision=True,
    tone="red",
    transition=GatedTransition,
    subject_kind=SubjectKind,
)
say(
    "ApprovalExpired",
    _("Nobody answered in time: {transition}"),
    "clock",
    key=True,
    decision=True,
    transition=GatedTransition,
    subject_kind=SubjectKind,
)
say(
    "ApprovalRevoked",
    _("A question or a yes was taken back: {transition}"),
    "undo-2",
    key=True,
    decision=True,
    transition=GatedTransition,
    subject_kind=SubjectKind,
)
say(
    "OverrideUsed",
    _("A person passed a block: {transition}"),
    "shield-alert",
    key=True,
    decision=True,
    tone="amber",
    transition=GatedTransition,
    subject_kind=SubjectKind,
)
say("PolicyActivated", _("Policy {key}, version {policy_version}, is in force"), "shield-check", key=True, decision=True)
say("HoldPlaced", _("Put on hold: {scope}. {reason}"), "hand", key=True, decision=True, tone="amber", scope=HoldScope, reason=HoldReason)
say("HoldReleased", _("A hold is over: {scope}"), "hand", key=True, decision=True, scope=HoldScope, reason=HoldReason)
say(
    "BreakerTripped",
    _("{breaker}: {failures} failures. Automation is off for it"),
    "zap-off",
    key=True,
    decision=True,
    tone="red",
    breaker=BreakerKind,
    family=ReasonFamily,
)
say(
    "BreakerAcknowledged", _("Somebody looked into it: {breaker}"), "zap", key=True, decision=True, breaker=BreakerKind, family=ReasonFamily
)
say("EffectGaveUp", _("farmos gave up after {attempts} tries; it waits for a person"), "octagon-alert", key=True, tone="red")
say("EffectRetried", _("A person had it tried again"), "rotate-cw", decision=True)
say("EffectAbandoned", _("A person closed it: it will not be done"), "circle-off", decision=True)
say("NoticeOpened", _("Somebody was told"), "bell")
say("NoticeChanged", _("What people are told about changed"), "bell")
say("NoticeAcknowledged", _("Somebody took note"), "bell")
say("NoticeEscalated", _("Nobody took note: more people were told"), "bell", tone="amber")
say("NoticeClosed", _("A notice is over"), "bell")
say("NotificationsRead", _("Somebody read their notices"), "bell")
say("NotificationMuted", _("Somebody muted a notice"), "bell")
say("PreferencesChanged", _("Somebody changed what they are told"), "settings-2")
say("MailOwed", _("A mail is to be sent"), "send")
say("MailSent", _("A mail was sent"), "send")
say("MailDropped", _("A mail was not sent"), "send")
say("ActionRequested", _("A program asks for something"), "message-square", key=True, decision=True)
say("ActionRequestAccepted", _("What a program asked for was done"), "check", key=True, decision=True)
say("ActionRequestRejected", _("What a program asked for was not done"), "ban", key=True, decision=True)
