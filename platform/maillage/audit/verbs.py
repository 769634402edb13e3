"""Every verb of the journal, in words. A test compares this list with what the code records."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

IN_AN_EPN: dict[str, Promise] = {
    "visit.recorded": _("Logged a visit"),
    "visits.recorded": _("Logged several visits at once"),
    "visit.changed": _("Corrected a visit"),
    "visit.undone": _("Took back a visit just logged"),
    "visit.deleted": _("Deleted a visit"),
    "visit.restored": _("Brought back a deleted visit"),
    "visits.exported": _("Asked for a large file of visits"),
    "visits.purged": _("Erased visits deleted long ago"),
    "counter_session.recorded": _("Added a half-day at the desk"),
    "counter_session.changed": _("Corrected a half-day at the desk"),
    "counter_session.deleted": _("Deleted a half-day at the desk"),
    "thread.opened": _("Opened a follow-up"),
    "thread.changed": _("Changed a follow-up"),
    "thread.closed": _("Closed a follow-up"),
    "thread.reopened": _("Opened a closed follow-up again"),
    "thread.erased": _("Erased a follow-up: consent taken back"),
    "threads.handed_over": _("Handed follow-ups over"),
    "threads.erased": _("Erased follow-ups whose time was over"),
    "step.added": _("Added a step to a follow-up"),
    "step.changed": _("Changed a step of a follow-up"),
    "step.done": _("Ticked off a step of a follow-up"),
    "step.undone": _("Took back the tick of a step"),
    "step.deleted": _("Deleted a step of a follow-up"),
    "contract.added": _("Added a contract"),
    "contract.changed": _("Changed a contract"),
    "contract.ended": _("Ended a contract"),
    "contract.deleted": _("Deleted a contract"),
    "contract.restored": _("Brought back a deleted contract"),
    "staff_member.added": _("Added a person of the staff"),
    "staff_member.changed": _("Changed a person of the staff"),
    "report.changed": _("Changed the words of a yearly report"),
    "report.made": _("Made a yearly report"),
    "site.added": _("Added a site"),
    "site.changed": _("Changed a site"),
    "site.retired": _("Closed a site"),
    "site.restored": _("Opened a site again"),
    "shared_pc.added": _("Made a PC a shared one"),
    "shared_pc.revoked": _("Took a shared PC out of use"),
    "pin.blocked": _("Typed a wrong PIN too often"),
}
IN_A_FEDERATION: dict[str, Promise] = {
    "federation.made": _("Made the network"),
    "federation.done_for_set": _("Changed who may act in a person's place"),
    "epn.made": _("Made an EPN"),
    "epn.renamed": _("Renamed an EPN"),
    "epn.archived": _("Archived an EPN"),
    "epn.restored": _("Opened an archived EPN again"),
    "recognition.granted": _("Gave an EPN the label"),
    "recognition.withdrawn": _("Took the label away from an EPN"),
    "census.imported": _("Imported a census"),
    "cost_model.set": _("Set what one EPN costs"),
    "followups.kept_for": _("Set how long follow-ups are kept"),
    "webhook.made": _("Added a webhook"),
    "webhook.changed": _("Changed a webhook"),
    "webhook.deleted": _("Deleted a webhook"),
    "webhook.secret_rotated": _("Changed the secret of a webhook"),
    "webhook.replayed": _("Sent a webhook's message again"),
}
IN_BOTH: dict[str, Promise] = {
    "person.made": _("Made an account"),
    "person.changed": _("Changed an account"),
    "membership.granted": _("Gave a role"),
    "membership.role_changed": _("Changed a role"),
    "membership.ended": _("Ended a role"),
    "membership.left": _("Left the space"),
    "invitation.made": _("Invited somebody"),
    "invitation.renewed": _("Sent an invitation again"),
    "invitation.revoked": _("Took an invitation back"),
    "invitation.accepted": _("Accepted an invitation"),
    "token.made": _("Made a token"),
    "token.revoked": _("Revoked a token"),
    "second_factor.added": _("Added a second proof of identity"),
    "second_factor.removed": _("Removed a second proof of identity"),
    "second_factor.reset": _("Reset somebody's second proof of identity"),
    "second_factor.required": _("Asked for a second proof of identity"),
    "second_factor.optional": _("Asks no more for a second proof of identity"),
    "second_factor.keys_rotated": _("Changed the keys that protect second proofs of identity"),
    "pin.set": _("Chose a PIN for shared PCs"),
    "pin.removed": _("Removed a PIN"),
    "identity.linked": _("Linked an account to another sign-in"),
    "space.restored": _("Restored the space from a backup"),
    "journal.purged": _("Erased old lines of this history"),
}
LABELS = IN_AN_EPN | IN_A_FEDERATION | IN_BOTH


def in_words(verb: str) -> str:
    """What a line says; a verb that no version knows any more is shown as it is."""
    return str(LABELS.get(verb, verb))
