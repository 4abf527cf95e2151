"""Addresses of the desk; they stand under a language's prefix and `desk/`."""

from django.urls import path

from belvedere.desk.views import (
    agreements,
    approval,
    experiences,
    guests,
    invitations,
    lab_board,
    lab_scribe,
    labs,
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
    path("agreements/", agreements.agreements, name="agreements"),
    path("agreements/new/", agreements.new, name="agreement-new"),
    path("agreements/<int:pk>/", agreements.agreement, name="agreement"),
    path("agreements/<int:pk>/act/", agreements.act, name="agreement-act"),
    path("agreements/<int:pk>/owed/", agreements.obligation, name="agreement-owed"),
    path("agreements/<int:pk>/owed/<int:obligation>/", agreements.done, name="agreement-done"),
    path("agreements/<int:pk>/<str:language>.pdf", agreements.sheet, name="agreement-sheet"),
    path(
        "agreements/<int:pk>/papers/<int:number>/", agreements.document, name="agreement-paper"
    ),
    path("results/", results.results, name="results"),
    path("results/actions/<int:pk>/", results.action, name="action"),
    path("results/products/<slug:slug>/", results.product, name="product"),
    path("results.csv", results.table, name="results-table"),
    path("labs/", labs.labs, name="labs"),
    path("labs/<slug:slug>/", labs.lab, name="lab"),
    path("labs/<slug:slug>/state/", labs.state, name="lab-state"),
    path("labs/<slug:slug>/scribe/", lab_scribe.scribe, name="lab-scribe"),
    path("labs/<slug:slug>/ideas/", lab_board.ideas, name="lab-ideas"),
    path("labs/<slug:slug>/ideas/gather/", lab_board.gather, name="lab-gather"),
    path("labs/<slug:slug>/ideas/<int:pk>/", lab_board.idea, name="lab-idea"),
    path("labs/<slug:slug>/results-<str:tongue>.pdf", labs.paper, name="lab-paper"),
    path("labs/<slug:slug>/results.csv", labs.table, name="lab-table"),
]
