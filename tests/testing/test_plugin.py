"""The fixtures that other tests stand on."""

import pytest
from django.db import transaction
from playwright.sync_api import expect
from procrastinate.contrib.django import app

from belvedere.testing.jobs import run_jobs

done = []


@app.task(name="testing.double", queue="testing")
def double(number: int) -> None:
    done.append(number * 2)
    if number < 4:
        double.defer(number=number * 2)


@app.task(name="testing.fail", queue="testing")
def fail() -> None:
    raise ZeroDivisionError


@app.task(name="testing.persist", queue="testing", pass_context=True, retry=2)
def persist(context) -> None:
    done.append(context.job.attempts)
    raise ZeroDivisionError


@pytest.fixture(autouse=True)
def _forget():
    done.clear()


def test_jobs_run_in_the_tests_transaction_with_those_they_queue(db):
    with transaction.atomic():
        double.defer(number=2)
    assert run_jobs() == ["testing.double", "testing.double"]
    assert done == [4, 8]
    assert run_jobs() == []


def test_only_the_named_queue_runs(db):
    double.defer(number=4)
    assert run_jobs("another") == []


def test_a_job_that_waits_for_its_time_does_not_run(db):
    double.configure(schedule_in={"hours": 1}).defer(number=4)
    assert run_jobs() == []


def test_a_failing_job_is_raised(db):
    fail.defer()
    with pytest.raises(ZeroDivisionError):
        run_jobs()
    assert run_jobs() == []


def test_a_job_that_will_be_tried_again_is_not_raised(db):
    persist.defer()
    assert run_jobs() == ["testing.persist"]
    assert done == [0]


@pytest.mark.parametrize("turn", [1, 2])
@pytest.mark.django_db(transaction=True)
def test_wagtails_tree_and_an_empty_queue_come_back_after_a_flush(turn):
    from wagtail.models import Collection, Locale, Page, Site

    assert Site.objects.get().root_page.get_parent() == Page.objects.get(depth=1)
    assert {each.language_code for each in Locale.objects.all()} == {"it", "en", "zh-hans"}
    assert Collection.objects.filter(depth=1).count() == 1
    assert run_jobs() == []
    double.defer(number=4)


@pytest.mark.browser
def test_a_page_opens_in_chromium_and_axe_reads_it(open_page, axe):
    page = open_page("/cms/login/", width=1280)
    expect(page.locator("input[name=username]")).to_be_visible()
    axe(page)


@pytest.mark.browser
def test_a_request_to_another_host_is_stopped_and_told(browser, live):
    from belvedere.testing.browser import Watch

    watch = Watch(live.url)
    context = browser.new_context()
    watch.over(context)
    page = context.new_page()
    page.goto(f"{live.url}/static/theme/theme.css")  # A page without a policy of ours.
    page.evaluate("fetch('http://elsewhere.example/x.js').catch(() => 0)")
    context.close()
    assert watch.problems == ["A request left the host: http://elsewhere.example/x.js"]


@pytest.mark.browser
def test_what_the_policy_of_a_page_forbids_is_told(browser, live):
    from belvedere.testing.browser import Watch

    watch = Watch(live.url)
    context = browser.new_context()
    watch.over(context)
    page = context.new_page()
    page.goto(f"{live.url}/cms/login/")
    page.evaluate("fetch('http://elsewhere.example/x.js').catch(() => 0)")
    context.close()
    assert watch.problems
    assert all("Content Security Policy" in each for each in watch.problems)
