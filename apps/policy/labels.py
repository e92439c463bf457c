"""What the policy app says when it or the database refuses something."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.journal.refusals import declare

declare(
    "policy-version-exists",
    status=409,
    title=_("This version exists"),
    detail=_("The policy already has this version, and versions are never rewritten."),
    fix=_("Use the next number."),
    constraint="one_policy_per_version",
)
declare(
    "policy-in-force",
    status=409,
    title=_("Another policy is in force"),
    detail=_("A site has one policy in force, so that it is clear which rules decide."),
    fix=_("Retire the policy in force first, then activate this one."),
    constraint="one_active_policy_per_site",
)
declare(
    "policy-version-invalid",
    status=422,
    title=_("Versions start at 1"),
    detail=_("A policy version is a whole number from 1 on."),
    fix=_("Use 1 for the first version."),
    constraint="policy_policy_version_at_least_1",
)
declare(
    "policy-hash-invalid",
    status=422,
    title=_("That is not a SHA-256"),
    detail=_("A policy is known by the SHA-256 of its rules: 64 hexadecimal digits."),
    fix=_("Store the hash of the rules' canonical JSON."),
    constraint="policy_sha256_is_a_sha256",
)
declare(
    "policy-activation-undated",
    status=422,
    title=_("When was it activated?"),
    detail=_("A policy beyond draft says when it was activated; a draft does not."),
    fix=_("Activate it with its command."),
    constraint="only_activated_policies_leave_draft",
)
declare(
    "policy-activation-unsigned",
    status=422,
    title=_("Who activated it?"),
    detail=_("An activation names who did it and when."),
    fix=_("Give both."),
    constraint="policy_activations_say_who_and_when",
)
declare(
    "policy-retirement-undated",
    status=422,
    title=_("When was it retired?"),
    detail=_("A retired policy says since when; one that is not retired does not."),
    fix=_("Retire it with its command."),
    constraint="retired_policies_say_when",
)
declare(
    "decision-without-policy",
    status=422,
    title=_("By which policy?"),
    detail=_("A decision names the policy version that made it, or says that no policy was available."),
    fix=_("Name the policy or mark it as unavailable."),
    constraint="decisions_name_their_policy",
)
declare(
    "no-policy-no-automation",
    status=409,
    title=_("No policy, no automation"),
    detail=_("While the policy check is not available, automation is stopped and only a person's own decision goes through."),
    fix=_("Wait until it is back, or start it yourself."),
    constraint="without_a_policy_only_people_start_things",
)
declare(
    "decision-not-replayable",
    status=422,
    title=_("The decision could not be replayed"),
    detail=_("A decision keeps what it looked at, who asked, and for which command."),
    fix=_("Store the facts, the actor and the command with it."),
    constraint="decisions_can_be_replayed",
)
declare(
    "approval-version-invalid",
    status=422,
    title=_("Which version was looked at?"),
    detail=_("An approval is for one exact version, counted from 1."),
    fix=_("Give the version that was looked at."),
    constraint="approval_subject_version_at_least_1",
)
declare(
    "approval-asked-twice",
    status=409,
    title=_("This was asked already"),
    detail=_("A decision asks a person once, and an approval for it exists."),
    fix=_("Answer that one."),
    constraint="one_approval_per_decision",
)
declare(
    "approval-waiting",
    status=409,
    title=_("A question is open already"),
    detail=_("Somebody was already asked whether this may move, and the answer is still open."),
    fix=_("Answer the open question first."),
    constraint="one_open_question_per_subject",
)
declare(
    "approval-unanswered",
    status=422,
    title=_("What was the answer?"),
    detail=_("A granted or denied approval says who answered, when and why."),
    fix=_("Give the answer with its reason."),
    constraint="answered_approvals_have_an_answer",
)
declare(
    "approval-answered-early",
    status=422,
    title=_("It is answered and not answered"),
    detail=_("An approval that waits, or that nobody answered in time, has no answer."),
    fix=_("Grant or deny it with its command."),
    constraint="unanswered_approvals_have_no_answer",
)
declare(
    "approval-answer-unsigned",
    status=422,
    title=_("Who answered, and why?"),
    detail=_("An answer names who gave it, when and for what reason."),
    fix=_("Give all three."),
    constraint="approval_answers_say_who_when_and_why",
)
declare(
    "approval-without-deadline",
    status=409,
    title=_("It has no deadline"),
    detail=_("An approval expires only when it said by when it must be answered."),
    fix=_("Answer it or take it back."),
    constraint="only_approvals_with_a_deadline_expire",
)
declare(
    "approval-revocation-missing",
    status=422,
    title=_("Taken back or not?"),
    detail=_("An approval that was taken back says so with who, when and why, and no other does."),
    fix=_("Take it back with its command."),
    constraint="revoked_approvals_were_revoked",
)
declare(
    "approval-revocation-unsigned",
    status=422,
    title=_("Who took it back, and why?"),
    detail=_("Taking an approval back names who did it, when and for what reason."),
    fix=_("Give all three."),
    constraint="revocations_say_who_when_and_why",
)
declare(
    "approval-similar-incomplete",
    status=422,
    title=_("Similar to what, and until when?"),
    detail=_("An approval for similar work says what counts as similar and when that ends."),
    fix=_("Give both, or neither."),
    constraint="standing_grants_have_a_scope_and_an_end",
)
declare(
    "approval-similar-not-granted",
    status=409,
    title=_("Only a grant covers similar work"),
    detail=_("An approval that was not granted cannot cover anything else."),
    fix=_("Grant it with the scope."),
    constraint="only_grants_cover_similar_work",
)
declare(
    "approval-similar-over",
    status=422,
    title=_("That time is over already"),
    detail=_("Similar work is covered from the answer on, so the end must come after it."),
    fix=_("Choose a later end."),
    constraint="approval_decided_at_not_after_similar_until",
)
declare(
    "hold-exists",
    status=409,
    title=_("You hold it already"),
    detail=_("Your hold on this for the same reason is still on."),
    fix=_("Release that one first, or give another reason."),
    constraint="one_open_hold_per_person_and_reason",
)
declare(
    "hold-release-unsigned",
    status=422,
    title=_("Who released it?"),
    detail=_("A released hold names who released it and when."),
    fix=_("Give both."),
    constraint="released_holds_say_who_and_when",
)
declare(
    "hold-unsigned",
    status=422,
    title=_("Who holds it?"),
    detail=_("A hold names who placed it."),
    fix=_("Say who."),
    constraint="holds_say_who_placed_them",
)
declare(
    "hold-without-note",
    status=422,
    title=_("Why is it held?"),
    detail=_("A hold for another reason needs a note, or nobody knows when it may be released."),
    fix=_("Write what it waits for."),
    constraint="other_holds_carry_a_note",
)
declare(
    "hold-over-already",
    status=422,
    title=_("That time is over already"),
    detail=_("A hold ends after it begins, and this end is not later than its beginning."),
    fix=_("Choose a later end, or none."),
    constraint="holds_end_after_they_begin",
)
declare(
    "hold-on-another-site",
    status=422,
    title=_("That is another site"),
    detail=_("A hold on a site or a printer group is on the site it belongs to."),
    fix=_("Name this site."),
    constraint="wide_holds_name_their_site",
)
declare(
    "hold-group-missing",
    status=422,
    title=_("Which group?"),
    detail=_("A hold on a printer group names the group; no other hold does."),
    fix=_("Give the group's name, or choose another scope."),
    constraint="only_holds_on_groups_name_a_group",
)
declare(
    "failure-counted",
    status=409,
    title=_("This failure is counted already"),
    detail=_("A failure counts once for a breaker, however often it is reported."),
    fix=_("Nothing needs to be done."),
    constraint="a_failure_counts_once",
)
declare(
    "failure-without-family",
    status=422,
    title=_("Which kind of failure?"),
    detail=_("Failures of a plan are counted by the family of their reason."),
    fix=_("Give the reason family."),
    constraint="plan_failures_are_counted_by_family",
)
declare(
    "breaker-tripped",
    status=409,
    title=_("The breaker has tripped already"),
    detail=_("Automation is already off for this, until somebody acknowledges it."),
    fix=_("Acknowledge the open one."),
    constraint="one_tripped_breaker_per_subject",
)
declare(
    "breaker-acknowledgement-unsigned",
    status=422,
    title=_("Who looked, and what did they see?"),
    detail=_("Acknowledging a breaker names who did it, when, and carries a note."),
    fix=_("Write what was found."),
    constraint="acknowledged_breakers_say_who_when_and_why",
)
declare(
    "hold-released",
    status=409,
    title=_("It is released already"),
    detail=_("{who} released this hold. Nothing was changed."),
    fix=_("Place a new hold if it must not start."),
)
declare(
    "policy-blocked",
    status=409,
    title=_("Stopped by the shop's policy"),
    detail=_("The policy in force does not let this go on: {rules}. Nothing was started; the work stays where it is."),
    fix=_("Remove the cause, or ask an admin where the rule may be passed."),
)
declare(
    "policy-unavailable",
    status=409,
    title=_("No policy to ask"),
    detail=_("No policy is in force here, or it cannot be evaluated, so automation starts nothing."),
    fix=_("Activate a policy. Until then a person can start work by hand."),
)
declare(
    "approval-denied",
    status=409,
    title=_("Somebody said no"),
    detail=_("A person was asked about exactly this and denied it."),
    fix=_("Change what was denied, or ask the person who decided."),
)
declare(
    "policy-invalid",
    status=422,
    title=_("These rules cannot be evaluated"),
    detail=_("The policy says something that cannot be meant: {problems}."),
    fix=_("Correct the places named and activate it again."),
)
declare(
    "no-policy-in-force",
    status=409,
    title=_("No policy is in force here"),
    detail=_("There is no policy at this site whose rules could be changed."),
    fix=_("Activate a policy first."),
)
declare(
    "breaker-acknowledged",
    status=409,
    title=_("Somebody looked already"),
    detail=_("This breaker was acknowledged before. Nothing was changed."),
    fix=_("Nothing needs to be done."),
)
