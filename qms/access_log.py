"""What the web server writes down of each request: what was asked and how it went, never by whom."""

from typing import Any

from gunicorn.glogging import Logger

LINE = '%(t)s "%(m)s %(U)s" %(s)s %(B)s %(M)sms'  # no address, no browser, no page before


class AccessLog(Logger):  # type: ignore[misc]
    """Gunicorn's log without those who asked. The pages without login are left out altogether: the
    address of one of them is a key."""

    def setup(self, cfg: Any) -> None:
        """Take our line instead of the usual one."""
        cfg.set("access_log_format", LINE)
        super().setup(cfg)

    def access(self, resp: Any, req: Any, environ: dict[str, Any], request_time: Any) -> None:
        """One line for a request that may have one."""
        if not any(name.lower() == "x-robots-tag" for name, _value in resp.headers):
            super().access(resp, req, environ, request_time)
