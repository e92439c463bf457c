"""One of every kind of record, at one site."""

from __future__ import annotations

from typing import Any

from apps.accounts.models import Site
from apps.orders.states import WebhookState
from tests.factories.accounts import (
    make_account,
    make_address,
    make_api_token,
    make_circuit,
    make_device,
    make_grant,
    make_holiday,
    make_member,
    make_shift,
    shop,
)
from tests.factories.artifacts import make_artifact, make_file, make_origin, make_stage
from tests.factories.catalog import make_color, make_material, make_printer_class, make_reason_code
from tests.factories.fleet import make_calibration, make_capability, make_feed, make_printer, make_session
from tests.factories.fulfilment import make_shipment_piece
from tests.factories.inventory import make_lot, make_spool, make_weighing
from tests.factories.journal import make_action_request
from tests.factories.orders import (
    make_amendment_line,
    make_checkout,
    make_customer_snapshot,
    make_intent,
    make_ledger_entry,
    make_line_item,
    make_paid_intent,
    make_piece,
    make_piece_fact,
    make_quote_line,
    make_refund,
    make_release,
    make_released_price_list,
    make_requirement,
    make_sent_quote,
    make_webhook_message,
)
from tests.factories.parts import (
    make_checked_upload,
    make_finding_answer,
    make_part,
    make_part_revision,
    make_preflight,
    make_revision_file,
    make_upload_part,
)
from tests.factories.planning import (
    make_approved_plan,
    make_approved_plate,
    make_output,
    make_plan_review,
    make_plate_item,
    make_slice_failure,
)
from tests.factories.policy import make_active_policy, make_approval, make_breaker, make_decision, make_hold
from tests.factories.profiles import make_profile_version
from tests.factories.runs import (
    make_anomaly,
    make_exclusion,
    make_incident_printer,
    make_incident_run,
    make_item_outcome,
    make_printing_run,
    make_run_snapshot,
)
from tests.factories.toy import make_dead_letter


def make_everything(site: Site | None = None) -> dict[str, Any]:
    """Store one of every kind of record at a site (the shop's, else), and return some of them by name."""
    here = site or shop()
    account = make_account(site=here)
    member = make_member(account=account)
    make_address(account=account)
    make_grant(site=here)
    make_api_token(site=here)
    make_device(site=here)
    material, color = make_material(), make_color()
    lot = make_lot(site=here, material=material)
    spool = make_spool(site=here, material=material, lot=lot)
    make_weighing(spool=spool)
    made: dict[str, Any] = {"site": here, "account": account, "member": member, "material": material, "color": color, "spool": spool}
    made |= _machines(here, spool)
    made |= _orders(here, account, material)
    made |= _work(here, made)
    make_active_policy(site=here)
    decision = make_decision(site=here)
    made |= {"approval": make_approval(site=here, decision=decision), "hold": make_hold(site=here), "breaker": make_breaker(site=here)}
    make_reason_code(site=here)
    make_stage(site=here)
    made["artifact"] = make_file(b"solid something", parents=(make_origin(make_artifact()),))
    made["dead_letter"] = make_dead_letter()
    made["action_request"] = make_action_request(target_id=made["run"].pk, site_id=here.pk)
    return made


def _machines(here: Site, spool: Any) -> dict[str, Any]:
    kind = make_printer_class()
    make_circuit(site=here)
    make_shift(site=here)
    make_holiday(site=here)
    printer = make_printer(site=here, printer_class=kind)
    make_capability(printer=printer)
    make_feed(printer=printer, spool=spool)
    make_calibration(printer=printer)
    make_session(printer=printer)
    return {"printer": printer, "printer_class": kind}


def _orders(here: Site, account: Any, material: Any) -> dict[str, Any]:
    part = make_part(site=here, account=account)
    revision = make_part_revision(part=part)
    make_revision_file(revision=revision)
    upload = make_checked_upload(site=here, account=account)
    make_upload_part(upload=upload, part_revision=revision)
    preflight = make_preflight(upload=upload, revision=revision)
    make_finding_answer(preflight=preflight)
    prices = make_released_price_list(site=here)
    quote = make_sent_quote(site=here, account=account, price_list=prices)
    make_quote_line(quote=quote, part_revision=revision, material=material)
    intent = make_paid_intent(site=here, account=account)
    waiting = make_intent(site=here, account=account)
    make_checkout(intent=waiting)
    make_customer_snapshot(intent=intent)
    make_release(intent=intent)
    line = make_line_item(intent=intent, part_revision=revision)
    requirement = make_requirement(line=line, part_revision=revision)
    piece = make_piece(requirement=requirement)
    make_piece_fact(piece=piece)
    make_amendment_line(line=line, requirement=requirement)
    payment = make_ledger_entry(site=here, intent=intent)
    refund = make_refund(intent=intent, payment=payment)
    make_webhook_message(intent=intent, state=WebhookState.REVIEW, code="amount-differs")
    found = {"part": part, "part_revision": revision, "upload": upload, "preflight": preflight, "quote": quote, "intent": intent}
    return {**found, "requirement": requirement, "piece": piece, "refund": refund, "waiting_intent": waiting}


def _work(here: Site, made: dict[str, Any]) -> dict[str, Any]:
    version = make_profile_version()
    plan = make_approved_plan(requirement=made["requirement"])
    review = make_plan_review(plan=plan)
    output = make_output(printer_class=made["printer_class"])
    plate = make_approved_plate(
        site=here, layout=output.layout, printer_class=made["printer_class"], output=output, slice_key=output.slice_key
    )
    item = make_plate_item(plate=plate, piece=made["piece"], plan=plan)
    make_slice_failure(plate=plate)
    run = make_printing_run(plate=plate, printer=made["printer"], output=output)
    outcome = make_item_outcome()
    incident = make_incident_run().incident
    make_incident_printer(incident=incident)
    make_run_snapshot(run=run)
    make_anomaly(run=run)
    make_exclusion(run=run, item=item)
    shipment = make_shipment_piece().shipment
    found = {"profile_version": version, "plan": plan, "review": review, "output": output, "plate": plate, "item": item, "run": run}
    return {**found, "outcome": outcome, "shipment": shipment, "incident": incident}
