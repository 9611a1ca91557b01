"""What the operator of the server decides, read once at start-up."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeGuard

from .access import DEFAULT_TOOLSETS, LEVELS, Access


def is_named(account: str | None) -> TypeGuard[str]:
    """Whether an account is one of accounts.toml, rather than a client id or the token's own."""
    return account is not None and account != "" and not account.isdecimal()


def _host(address: str) -> str:
    """What people know an address by: its host and port."""
    return address.partition("://")[2].partition("/")[0].rpartition("@")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The server's settings.

    Arguments:
        confirm: How a destructive call is confirmed; one of
            :data:`~stitch_connect_mcp.confirmations.modes.MODES`.
        access: What may be called.
        account: A name of accounts.toml, or a client id; the account of the token when None.
        where: Names the account's home in questions: a region, another address or `sandbox`.
        home: Keeps the confirmations of one account's home apart from those of another, which may
            have the same ids: a simulated one is another every time.
        partner_id, partner_secret: What opens accounts for users, where the operator is a partner.
        secrets: Values that never appear in results or logs.
    """

    confirm: str = "auto"
    access: Access = Access()  # noqa: RUF009  (frozen)
    account: str | None = None
    where: str = ""
    home: str = ""
    partner_id: str = ""
    partner_secret: str = field(default="", repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)

    @classmethod
    def of(
        cls, given: Mapping[str, Any], env: Mapping[str, str], *, where: str = "", home: str = ""
    ) -> "Settings":
        """Make the settings of options that were gathered.

        Arguments:
            given: The options by name, see :func:`~stitch_connect_mcp.options.gathered`.
            env: The environment, for what the client reads from it.
            where: Names the account's home in questions; its address or region unless given.
            home: Keeps it apart from others with the same ids.
        """
        access = Access(
            level=given.get("access", LEVELS[-1]),
            toolsets=given.get("toolsets", DEFAULT_TOOLSETS),
            tools=given.get("tools"),
            deny=given.get("deny", frozenset()),
        )
        region = env.get("STITCH_CONNECT_REGION", "").strip() or "us-east-1"
        address = env.get("STITCH_CONNECT_BASE_URL", "").strip()
        token = env.get("STITCH_CONNECT_TOKEN", "").strip()
        partner_secret = env.get("STITCH_CONNECT_PARTNER_SECRET", "").strip()
        found = cls(
            confirm=given.get("confirm", "auto"),
            access=access,
            account=given.get("account"),
            where=where or _host(address) or region,
            home=home or address or region,
            partner_id=env.get("STITCH_CONNECT_PARTNER_ID", "").strip(),
            partner_secret=partner_secret,
            secrets=tuple(filter(None, (token, partner_secret))),
        )
        return found.of_account(found.account) if is_named(found.account) and not where else found

    def of_account(self, name: str | None) -> "Settings":
        """Return the settings as they are for an account of accounts.toml.

        Its region stands there, not in the environment, so that a question names the account.
        """
        if name is None:
            return self
        return replace(self, account=name, where=name, home=f"{self.home}#{name}")
