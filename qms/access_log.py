"""What the web server writes down of each request: what was asked and how it went, never by whom."""

from typing import Any

from gunicorn.glogging import Logger

from qms.request_id import without_key

LINE = '%(t)s "%(m)s %(U)s" %(s)s %(B)s %(M)sms'  # no address, no browser, no page before


class AccessLog(Logger):  # type: ignore[misc]
    """Gunicorn's log without those who asked. The pages without login are left out altogether: the
    address of one of them is a key, which is left out too where it leads to no page."""

    def setup(self, cfg: Any) -> None:
        """Take our line instead of the usual one."""
        cfg.set("access_log_format", LINE)
        super().setup(cfg)

    def access(self, resp: Any, req: Any, environ: dict[str, Any], request_time: Any) -> None:
        """One line for a request that may have one."""
        if not any(name.lower() == "x-robots-tag" for name, _value in resp.headers):
            super().access(resp, req, environ, request_time)

    def atoms(self, resp: Any, req: Any, environ: dict[str, Any], request_time: Any) -> dict[str, Any]:
        """What a line may say, its path without a key."""
        said: dict[str, Any] = super().atoms(resp, req, environ, request_time)
        return said | {"U": without_key(said["U"] or "")}
