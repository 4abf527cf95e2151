"""The log tells what is wrong here, and is not filled by a rush's refusals."""

import pytest
from django.http import HttpResponse
from django.utils.log import log_response


@pytest.mark.parametrize(
    ("status", "told"), [(409, 0), (410, 0), (422, 0), (403, 1), (404, 1), (429, 1), (500, 1)]
)
def test_an_answer_is_no_fault(caplog, rf, status, told):
    log_response("x", response=HttpResponse(status=status), request=rf.get("/"))
    assert len(caplog.records) == told
