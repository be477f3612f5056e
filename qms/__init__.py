"""The ground of Kvalitet: everything the domain apps stand on. It knows none of them."""

from qms.celery import app as celery_app

__all__ = ["celery_app"]
