"""Pages of one's own account, under the admin."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import admin
from django.contrib.admin.forms import AdminPasswordChangeForm
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.hashers import make_password
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse_lazy

from apps.accounts import commands, lockout, proof
from apps.accounts.models import User
from apps.accounts.queries import person_of
from apps.accounts.states import SignInWay
from apps.journal.http.context import context_for
from apps.journal.refusals import Refusal

from .sign_in import LONGEST_PASSWORD


class ChangeOwnPassword(PasswordChangeView):
    """Ask for the old password and twice for the new one, as the admin's own page does, and change it through the command."""

    form_class = AdminPasswordChangeForm
    template_name = "console/password.html"
    success_url = reverse_lazy("admin:password_change_done")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what every admin page shows."""
        return {**super().get_context_data(**kwargs), **admin.site.each_context(self.request), "is_own_page": True}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Count the old password as what it is, a proof, before anything is said about it: whoever finds a screen open must not guess it.

        Raises:
            Refusal: ``sign-in-locked``.
        """
        person = person_of(request)
        old = request.POST.get("old_password", "")[:LONGEST_PASSWORD]
        try:
            lockout.attempt(
                request, name=person.email, way=SignInWay.PASSWORD, prove=lambda: person if person.check_password(old) else None
            )
        except Refusal as refusal:
            if refusal.code != "sign-in-wrong":  # the form says that itself, beside its field
                raise
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        """Change the password; this session stays signed in, others end.

        The key is fresh: a form sent twice fails the second time, because the old password is no longer right.
        """
        password_hash = make_password(form.cleaned_data["new_password1"])
        ctx = context_for(self.request, key=uuid4().hex)
        user = User.objects.get(email=self.request.user.get_username())
        commands.change_password(ctx, user_id=user.pk, password_hash=password_hash, expected_version=user.version)
        proof.note(self.request)
        update_session_auth_hash(self.request, User.objects.get(pk=user.pk))
        return HttpResponseRedirect(str(self.success_url))
