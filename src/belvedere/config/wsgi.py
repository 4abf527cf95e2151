"""What the web server loads."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "belvedere.config.settings")
application = get_wsgi_application()

# What is loaded stays: every page's code, now, so that the garbage collector need not look
# through all of it while visitors wait (a fifth of a second each time; docs: performance).
_ = get_resolver().url_patterns
gc.collect()
gc.freeze()
