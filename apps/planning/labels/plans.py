"""Refusals about build plans and their reviews."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.journal.refusals import declare

declare(
    "plan-revision-exists",
    status=409,
    title=_("This revision exists"),
    detail=_("The component already has a plan of this revision, and revisions are never rewritten."),
    fix=_("Use the next number."),
    constraint="one_plan_per_revision",
)
declare(
    "plan-approved-already",
    status=409,
    title=_("Another revision is approved"),
    detail=_("A component is made by one approved plan at a time."),
    fix=_("Approving a newer revision replaces the older one; look at the plans again."),
    constraint="one_approved_plan_per_component",
)
declare(
    "plan-revision-invalid",
    status=422,
    title=_("Revisions start at 1"),
    detail=_("A plan revision is a whole number from 1 on."),
    fix=_("Use 1 for the first one."),
    constraint="plan_revision_at_least_1",
)
declare(
    "plan-estimate-negative",
    status=422,
    title=_("Less than nothing"),
    detail=_("Estimated time and filament cannot be negative."),
    fix=_("Leave an estimate empty while it is not known."),
    constraint="plan_estimates_are_not_negative",
)
declare(
    "plan-pins-hash-invalid",
    status=422,
    title=_("That is not a SHA-256"),
    detail=_("What a plan is made from is pinned by a SHA-256: 64 hexadecimal digits."),
    fix=_("Store the hash of the pins' canonical JSON."),
    constraint="plan_pins_sha256_is_a_sha256",
)
declare(
    "plan-unsigned",
    status=422,
    title=_("Who drafted it?"),
    detail=_("A plan names who or what drafted it."),
    fix=_("Say who."),
    constraint="plans_say_who_drafted_them",
)
declare(
    "plan-change-unsaid",
    status=422,
    title=_("What has changed?"),
    detail=_("A later revision names the plan it is based on and what is different."),
    fix=_("Revise the plan with its command, which compares the two."),
    constraint="later_revisions_say_what_changed",
)
declare(
    "plan-not-pinned",
    status=409,
    title=_("It is not pinned"),
    detail=_("An approved plan fixes what it is made from: the profile version and slicer, or the supplied file, and their hashes."),
    fix=_("Choose a released profile version (or give the file), then approve."),
    constraint="approved_plans_are_pinned",
)
declare(
    "plan-not-approved",
    status=422,
    title=_("When was it approved?"),
    detail=_("An approved plan says when it was approved."),
    fix=_("Approve it with its command."),
    constraint="approved_plans_were_approved",
)
declare(
    "plan-still-draft",
    status=422,
    title=_("It is still a draft"),
    detail=_("A draft has no approval."),
    fix=_("Approve it with its command."),
    constraint="draft_plans_are_not_approved",
)
declare(
    "plan-approval-unsigned",
    status=422,
    title=_("Who approved it?"),
    detail=_("An approval of a plan names who gave it and when."),
    fix=_("Give both."),
    constraint="plan_approvals_say_who_and_when",
)
declare(
    "plan-superseded-undated",
    status=422,
    title=_("Since when is it superseded?"),
    detail=_("A superseded plan says since when; no other plan does."),
    fix=_("Approve a newer revision; this one follows."),
    constraint="superseded_plans_say_when",
)
declare(
    "plan-void-undated",
    status=422,
    title=_("Since when is it void?"),
    detail=_("A void plan says since when; no other plan does."),
    fix=_("Void it with its command."),
    constraint="void_plans_say_when",
)
declare(
    "plan-void-without-reason",
    status=422,
    title=_("Why is it void?"),
    detail=_("A void plan carries a reason and who voided it."),
    fix=_("Give both."),
    constraint="void_plans_say_who_and_why",
)
declare(
    "plan-lock-undated",
    status=422,
    title=_("Since when is it locked?"),
    detail=_("A locked plan says since when; one that is not locked does not."),
    fix=_("Lock and unlock it through its breaker."),
    constraint="locked_plans_say_since_when",
)
declare(
    "plan-review-open",
    status=409,
    title=_("This review is open already"),
    detail=_("The plan already waits for somebody to look at exactly this."),
    fix=_("Add what was seen to the open review."),
    constraint="one_open_review_per_code",
)
declare(
    "plan-review-unsigned",
    status=422,
    title=_("Who asked for it?"),
    detail=_("A review names who or what asked for it."),
    fix=_("Say who."),
    constraint="reviews_say_who_raised_them",
)
declare(
    "plan-review-resolution-unsigned",
    status=422,
    title=_("Who looked, and why is it all right?"),
    detail=_("A resolved review names who looked, when, and why it is all right."),
    fix=_("Give all three."),
    constraint="resolved_reviews_say_who_when_and_why",
)
declare(
    "plan-needs-review",
    status=409,
    title=_("Somebody must look at it first"),
    detail=_("The plan waits for a person: {reviews}."),
    fix=_("Look at each point, write why it is all right, then approve; or revise the plan."),
)
declare(
    "plan-is-outdated",
    status=409,
    title=_("A newer revision is approved"),
    detail=_("Revision {revision} is older than the one in use. A component goes forward only."),
    fix=_("Revise the plan that is in use instead."),
)
declare(
    "plan-has-no-profile",
    status=409,
    title=_("There is nothing to slice it with"),
    detail=_("No released profile fits its material, quality and size."),
    fix=_("Release a profile that fits, then revise the plan."),
)
declare(
    "profile-not-released",
    status=409,
    title=_("Its profile is not in production"),
    detail=_("Profile version {version} is: {state}. New plans use the version that is in production."),
    fix=_("Revise the plan: it takes the released version."),
)
declare(
    "plan-draft-open",
    status=409,
    title=_("There is a draft already"),
    detail=_("Revision {revision} still waits for approval. Two drafts side by side would contradict each other."),
    fix=_("Approve, revise or void that draft first."),
)
declare(
    "plan-unchanged",
    status=409,
    title=_("Nothing is different"),
    detail=_("The new revision would be the same as the one it is based on."),
    fix=_("Change something, or keep the plan as it is."),
)
declare(
    "plan-is-void",
    status=409,
    title=_("This plan is void"),
    detail=_("Nothing is made from it any more, so nothing can be based on it."),
    fix=_("Revise the plan that is in use."),
)
declare(
    "plan-not-locked",
    status=409,
    title=_("It is not locked"),
    detail=_("Nothing keeps this plan from being printed, so there is nothing to unlock."),
    fix=_("Look at the plan again."),
)
declare(
    "plan-not-usable",
    status=409,
    title=_("This plan cannot be used now"),
    detail=_("Plates are made from approved plans that are not locked; this one is: {state}."),
    fix=_("Use the approved plan of the component, or unlock it first."),
)
declare(
    "review-resolved",
    status=409,
    title=_("Somebody answered it already"),
    detail=_("{who} said that it is all right."),
    fix=_("Look at the plan again."),
)
