"""The WSGI application, which newsroom/server/ serves."""

import os

from django.core.wsgi import get_wsgi_application

from newsroom.filestore import reading
from newsroom.guard.door import Door
from newsroom.signin import devices

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")

application = Door(get_wsgi_application(), is_known=devices.is_in_header)
reading.warm_up()
