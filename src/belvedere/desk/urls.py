"""Addresses of the desk; they stand under a language's prefix and `desk/`."""

from django.urls import path

from belvedere.desk.views import (
    approval,
    experiences,
    guests,
    head,
    invitations,
    results,
    scanning,
    sign,
    signing,
)

app_name = "desk"
urlpatterns = [
    path("", signing.home, name="home"),
    path("sign-in/", signing.sign_in, name="sign-in"),
    path("sign-out/", signing.sign_out, name="sign-out"),
    path("join/<str:token>/", signing.join, name="join"),
    # The operator.
    path("today/", guests.today, name="today"),
    path("scan/", scanning.scan, name="scan"),
    path("experiences/", experiences.experiences, name="experiences"),
    path("experiences/new/", experiences.write, name="write"),
    path("experiences/new/days/", experiences.write_days, name="write-days"),
    path("experiences/new/keep/", experiences.keep, name="keep"),
    path("experiences/new/discard/", experiences.discard, name="discard"),
    path("experiences/<slug:slug>/", experiences.experience, name="experience"),
    path("experiences/<slug:slug>/mend/", experiences.write, name="write-again"),
    path("experiences/<slug:slug>/mend/days/", experiences.write_days, name="write-days-again"),
    path("experiences/<slug:slug>/mend/keep/", experiences.keep, name="keep-again"),
    path("experiences/<slug:slug>/days/", experiences.days, name="days"),
    path("experiences/<slug:slug>/withdraw/", experiences.withdraw, name="withdraw"),
    path("experiences/<slug:slug>/sign/", sign.sign, name="sign"),
    path("experiences/<slug:slug>/sign/<str:size>.pdf", sign.paper, name="sign-paper"),
    # The staff.
    path("proposals/", approval.proposals, name="proposals"),
    path("proposals/<slug:slug>/", approval.proposal, name="proposal"),
    path("proposals/<slug:slug>/texts/", approval.texts, name="texts"),
    path("proposals/<slug:slug>/approve/", approval.approve, name="approve"),
    path("proposals/<slug:slug>/return/", approval.give_back, name="give-back"),
    path("translations/", approval.translations, name="translations"),
    path("invitations/", invitations.invitations, name="invitations"),
    path("results/", results.results, name="results"),
    path("results/actions/<int:pk>/", results.action, name="action"),
    path("results/products/<slug:slug>/", results.product, name="product"),
    path("head/", head.heads, name="heads"),
    path("head/<slug:slug>/<int:year>/", head.head, name="head"),
    path("head/<slug:slug>/<int:year>/<str:language>.pdf", head.paper, name="head-paper"),
    path("results.csv", results.table, name="results-table"),
]
