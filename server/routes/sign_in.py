"""Console sessions: sign in, sign out, who am I."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from server.routes.context import Context, json_answer
from server.routes.guards import Public, SignedIn, bearer
from server.routes.rate_limit import limited_try
from server.services import sign_in as signing
from server.services.identity import Caller

router = APIRouter(prefix="/v1", tags=["sign-in"])


class SignInRequest(BaseModel):
    """Login and password."""

    login: str = Field(max_length=64)
    password: str = Field(max_length=200)


@router.post("/sign-in", summary="Begin a session", dependencies=[Depends(Public()), Depends(limited_try)])
def sign_in(context: Context, wanted: SignInRequest) -> Response:
    """A token for 12 hours. Five wrong passwords lock the account for 15 minutes."""
    session = signing.sign_in(context.store, wanted.login, wanted.password, random_bytes=context.random_bytes)
    return json_answer(
        {
            "token": session.token,
            "user_id": session.user_id,
            "user_name": session.user_name,
            "expires_at": session.expires_at,
        }
    )


@router.post("/sign-out", summary="End this session", status_code=204)
def sign_out(context: Context, caller: Annotated[Caller, Depends(SignedIn())], request: Request) -> Response:
    """The session's token is worth nothing from now on."""
    signing.sign_out(context.store, caller, bearer(request))
    return Response(status_code=204)


@router.get("/me", summary="Who am I")
def me(caller: Annotated[Caller, Depends(SignedIn())]) -> Response:
    """The user behind the token, with the roles of today."""
    roles = [role.model_dump(mode="json", exclude_none=True) for role in caller.actor.roles]
    return json_answer({"user_id": caller.user_id, "device_id": caller.device_id, "roles": roles})
