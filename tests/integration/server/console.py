"""The console's tests: a browser as far as pages without scripts need one, and an office of all roles."""

import datetime as dt
from typing import Any, Final

import requests
from sqlalchemy import insert, select

from fieldapp.domain.clock import instant_text
from fieldapp.domain.records.users import Role
from server.pages.session import COOKIE, form_token
from server.services.secrets_text import secret_hash
from server.services.users import reset_password
from server.store import tables
from server.store.audit import Act
from tests.integration.server.county import COUNTY, OTHER_TOWN, TOWN, VILLAGE, County

ID_NUMBER: Final = "341789199003070025"


Files = dict[str, tuple[str, bytes]]


class Browser:
    """A browser as far as the console needs one: cookies, redirects, the token of its forms."""

    def __init__(self, county: County, token: str = "", *, language: str = "zh-CN") -> None:
        self.county = county
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Accept-Language"] = language
        if token:
            self.session.cookies.set(COOKIE, token, path="/console")

    @property
    def cookie(self) -> str:
        return self.session.cookies.get(COOKIE, path="/console") or ""

    def get(self, path: str, *, follow: bool = True, **headers: str) -> requests.Response:
        return self.session.get(
            f"{self.county.address}{path}", timeout=30, headers=headers, allow_redirects=follow
        )

    def post(self, path: str, /, **fields: str) -> requests.Response:
        """Send a form of a page of ours, and follow to where it leads."""
        values = {"form_token": form_token(self.cookie), **fields}
        return self.session.post(f"{self.county.address}{path}", data=values, timeout=30)

    def upload(self, path: str, name: str, content: bytes, /, **fields: str) -> requests.Response:
        """Send a form with a file."""
        return self.upload_all(path, {"file": (name, content)}, **fields)

    def upload_all(self, path: str, files: Files, /, **fields: str) -> requests.Response:
        """Send a form with files by their fields."""
        values = {"form_token": form_token(self.cookie), **fields}
        return self.session.post(f"{self.county.address}{path}", data=values, files=files, timeout=30)


class Office:
    """A user of each role in one town with a session, two of the county, and somebody of another town."""

    def __init__(self, county: County) -> None:
        self.county = county
        self.users = {role: county.user(role, TOWN) for role in Role}
        self.sessions = {role: self.session(user) for role, user in self.users.items()}
        self.admin = self.browser(self.session(county.user(Role.SYSTEM_ADMIN, COUNTY)))
        self.officer = self.browser(self.session(county.user(Role.COUNTY_OFFICER, COUNTY)))
        self.roster = ""
        self.referral = ""
        self.stranger = county.device(Role.VILLAGE_AIDE, OTHER_TOWN)
        self.aide = county.enrol(county.user(Role.VILLAGE_AIDE, VILLAGE), "窗口<平板>")
        house = self.aide.household(head_name="欧阳春晓")
        self.aide.push(self.aide.put("households", house))
        head = self.aide.person(house["id"], name="欧阳春晓", id_number=ID_NUMBER, id_type="ID_CARD")
        self.aide.push(self.aide.put("persons", head))
        self.aide.push(self.aide.put("visits", self.aide.visit(house["id"], persons_seen=[head["id"]])))

    def session(self, user_id: str) -> str:
        """A session begun without a password, which would cost the tests a fifth of a second each."""
        token = f"s.{self.county.ids()}"
        until = instant_text(self.county.clock() + dt.timedelta(days=30))
        values = {
            "sha256": secret_hash(token), "user_id": user_id, "created_at": self.county.now,
            "expires_at": until,
        }  # fmt: skip
        self.county.context.store.run(
            lambda unit: unit.connection.execute(insert(tables.session_token), values)
        )
        return token

    def password(self, user_id: str) -> str:
        """A new password for a user; his sessions end."""
        store, random_bytes = self.county.context.store, self.county.random_bytes
        return reset_password(store, user_id, by="server", random_bytes=random_bytes)

    def browser(self, token: str = "", **options: Any) -> Browser:
        return Browser(self.county, token, **options)

    def of(self, role: Role) -> Browser:
        return self.browser(self.sessions[role])

    def acts(self, act: Act) -> list[tuple[str, str, str]]:
        log = tables.audit_log.c
        query = select(log.user_id, log.object_id, log.reason).where(log.act == act.value).order_by(log.seq)
        with self.county.context.store.read() as connection:
            return [tuple(row) for row in connection.execute(query)]
