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
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse_lazy

from apps.accounts import commands, proof
from apps.accounts.models import User
from apps.journal.http.context import context_for


class ChangeOwnPassword(PasswordChangeView):
    """Ask for the old password and twice for the new one, as the admin's own page does, and change it through the command."""

    form_class = AdminPasswordChangeForm
    template_name = "console/password.html"
    success_url = reverse_lazy("admin:password_change_done")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what every admin page shows."""
        return {**super().get_context_data(**kwargs), **admin.site.each_context(self.request), "is_own_page": True}

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
