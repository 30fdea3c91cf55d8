"""Health: alive, and ready to serve."""

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from server.routes.context import Context, json_answer
from server.routes.guards import Public
from server.services.readiness import readiness

router = APIRouter(tags=["health"], dependencies=[Depends(Public())])


@router.get("/healthz", summary="The process is alive")
async def healthz() -> Response:
    """Asks nothing of the database."""
    return json_answer({"status": "ok"})


@router.get("/readyz", summary="Database, schema and blob store are usable")
def readyz(context: Context) -> Response:
    """503 with the failed checks when the server cannot work."""
    checks = readiness(context.store, context.blobs)
    ready = all(checks.values())
    return json_answer({"status": "ok" if ready else "failed", "checks": checks}, 200 if ready else 503)
