"""The WSGI application, which newsroom/server/ serves."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from newsroom.filestore import reading
from newsroom.guard.door import Door
from newsroom.pagecache.front import PageCache
from newsroom.signin import devices

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")

_site = Door(get_wsgi_application(), is_known=devices.is_in_header)
_COOKIES = [settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, "messages", devices.COOKIE]
application = PageCache(_site, settings.PAGE_CACHE_MB * 1024 * 1024, _COOKIES)
reading.warm_up()
