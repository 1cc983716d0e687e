"""Pages about colleagues: one's own profile, and for administrators everybody's account and team."""

from __future__ import annotations

from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import PasswordChangeForm
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from heard.accounts.forms import ProfileForm, TeamForm, UserForm
from heard.accounts.models import Team, User
from heard.accounts.services import users
from heard.ui.notices import tell


@login_required
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """One's own name, language, time zone, signature and whether one is away."""
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        tell(request, _("Saved."))
        return HttpResponseRedirect(reverse("accounts:profile"))
    return render(request, "accounts/profile.html", {"form": form}, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """One's own password: the old one is asked for, other devices are logged out."""
    form = PasswordChangeForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        users.set_password(request.user, password=form.cleaned_data["new_password1"], by=request.user)
        update_session_auth_hash(request, request.user)
        tell(request, _("Your password is changed. Your other devices are logged out."))
        return HttpResponseRedirect(reverse("accounts:profile"))
    return render(request, "accounts/password.html", {"form": form}, status=422 if form.is_bound else 200)


@login_required
@require_safe
def colleagues(request: HttpRequest) -> HttpResponse:
    """Everybody with an account, and the teams."""
    _admins_only(request)
    everybody = User.objects.filter(is_program=False).prefetch_related("memberships__team").order_by("-is_active", "name")
    return render(request, "accounts/colleagues.html", {"colleagues": everybody, "teams": Team.objects.prefetch_related("members")})


@login_required
@require_http_methods(["GET", "POST"])
def colleague_new(request: HttpRequest) -> HttpResponse:
    """Add a colleague."""
    _admins_only(request)
    form = UserForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        user = users.add_user(
            values["email"], name=values["name"], role=values["role"], teams=values["teams"], password=values["password"], by=request.user
        )
        tell(request, _("%(name)s can log in now.") % {"name": user.name})
        return HttpResponseRedirect(reverse("accounts:colleagues"))
    return render(request, "accounts/colleague.html", {"form": form}, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "POST"])
def colleague(request: HttpRequest, user_id: int) -> HttpResponse:
    """Change a colleague's account."""
    _admins_only(request)
    user = get_object_or_404(User, pk=user_id, is_program=False)
    form = UserForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        users.change_user(
            user, name=values["name"], role=values["role"], is_active=values["is_active"], teams=values["teams"], by=request.user
        )
        if values["password"]:
            users.set_password(user, password=values["password"], by=request.user)
        tell(request, _("Saved."))
        return HttpResponseRedirect(reverse("accounts:colleagues"))
    return render(request, "accounts/colleague.html", {"form": form, "colleague": user}, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "POST"])
def team(request: HttpRequest, team_id: int | None = None) -> HttpResponse:
    """Add a team, or give it another name."""
    _admins_only(request)
    known = get_object_or_404(Team, pk=team_id) if team_id else None
    form = TeamForm(request.POST or None, instance=known)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        if known is None:
            users.add_team(values["name"], is_department=values["is_department"], email=values["email"], by=request.user)
        else:
            team = Team.objects.get(pk=known.pk)
            users.rename_team(team, name=values["name"], is_department=values["is_department"], email=values["email"], by=request.user)
        tell(request, _("Saved."))
        return HttpResponseRedirect(reverse("accounts:colleagues"))
    return render(request, "accounts/team.html", {"form": form, "team": known}, status=422 if form.is_bound else 200)


def _admins_only(request: HttpRequest) -> None:
    if not request.user.is_admin:
        raise PermissionDenied
