"""A school's own OpenID Connect provider, and Google's hosted domains (P67)."""

from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from accounts.headers import sign_in_origins
from accounts.models import User

pytestmark = pytest.mark.django_db


def signed_in_as(client):
    user_id = client.session.get("_auth_user_id")
    return User.objects.get(pk=user_id).email if user_id else None


def test_a_first_sign_in_makes_an_account_and_a_second_finds_it(client, school, sign_in_at_school):
    school.knows("3001", "pupil@school.example", name="Pupil One")
    assert sign_in_at_school("3001")["Location"] == "/"
    client.logout()
    school.knows("3001", "new.address@school.example", name="Pupil One")
    sign_in_at_school("3001")
    assert signed_in_as(client) == "pupil@school.example"
    assert [user.name for user in User.objects.all()] == ["Pupil One"]
    assert [(account.provider, account.uid) for account in SocialAccount.objects.all()] == [("school", "3001")]


@pytest.mark.parametrize("is_verified", [False, True])
def test_p67_neither_an_unverified_address_nor_somebody_elses_gets_in(
    client, grace, school, sign_in_at_school, is_verified
):
    school.knows("3002", grace.email, email_verified=is_verified)
    answer = sign_in_at_school("3002")
    assert answer.status_code == 403 and "Our School" in answer.content.decode()
    assert signed_in_as(client) is None and not SocialAccount.objects.exists()


def test_p67_a_sub_of_google_is_not_the_same_sub_of_the_school(client, google, school, sign_in_at_school, settings):
    school.knows("3003", "ada@example.org")
    user = User.objects.create_user("somebody@example.org")
    SocialAccount.objects.create(user=user, provider="google", uid="3003")
    sign_in_at_school("3003")
    assert signed_in_as(client) == "ada@example.org"


def test_p67_its_answer_in_another_browser_signs_nobody_in(client, school):
    school.knows("3004", "mallory@example.org")
    there = client.post("/accounts/oidc/school/login/")
    back = urlsplit(school.approve(there["Location"], "3004"))
    victim = Client()
    assert victim.get(f"{back.path}?{back.query}").status_code == 401
    assert signed_in_as(victim) is None


def test_its_button_is_there_and_the_policy_of_our_pages_lets_it_lead_there(client, school):
    assert "Sign in with Our School" in client.get("/accounts/login/").content.decode()
    assert sign_in_origins() == [school.address]
    asked = parse_qs(urlsplit(client.post("/accounts/oidc/school/login/")["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"]


def test_another_providers_address_is_not_there(client, school):
    assert client.post("/accounts/oidc/other/login/").status_code == 404


@pytest.fixture
def hosted(settings):
    settings.GOOGLE_HOSTED_DOMAINS = ["school.example"]


def test_who_is_of_the_hosted_domain_gets_in(client, hosted, google, sign_in_with_google):
    google.knows("3005", "pupil@school.example", hd="School.Example")
    sign_in_with_google("3005")
    assert signed_in_as(client) == "pupil@school.example"


@pytest.mark.parametrize("claims", [{}, {"hd": "evil.example"}, {"hd": ""}, {"hd": "sub.school.example"}])
def test_p67_an_address_of_the_domain_without_its_claim_does_not(client, hosted, google, sign_in_with_google, claims):
    google.knows("3006", "pupil@school.example", **claims)
    answer = sign_in_with_google("3006")
    assert answer.status_code == 403 and "Only Google accounts of certain organizations" in answer.content.decode()
    assert signed_in_as(client) is None and not User.objects.exists()


def test_p67_who_leaves_the_domain_is_let_in_no_more(client, hosted, google, sign_in_with_google):
    google.knows("3007", "pupil@school.example", hd="school.example")
    sign_in_with_google("3007")
    client.logout()
    google.knows("3007", "pupil@school.example")
    assert sign_in_with_google("3007").status_code == 403 and signed_in_as(client) is None
