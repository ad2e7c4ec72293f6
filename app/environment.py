"""The server's settings, read from environment variables."""

from pathlib import Path

from pydantic import SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.credentials import Credentials, UnreadableCredentials, kept
from app.refusal import Refusal


class Misconfigured(Refusal):
    """Settings that contradict each other or miss a part. Its message is for the operator."""


class Environment(BaseSettings):
    """The variables `MIGAUDIT_…`; an empty one counts as not set."""

    model_config = SettingsConfigDict(
        env_prefix="MIGAUDIT_",
        env_ignore_empty=True,
        frozen=True,
        extra="ignore",
        hide_input_in_errors=True,
    )

    app_id: int | None = None
    private_key: SecretStr | None = None
    private_key_file: Path | None = None
    webhook_secret: SecretStr | None = None
    github_api_url: str = "https://api.github.com"
    public_url: str | None = None
    metrics_token: SecretStr | None = None
    database_url: str | None = None
    data_dir: Path = Path(".migaudit")

    @classmethod
    def read(cls) -> "Environment":
        try:
            return cls()
        except ValidationError as error:
            names = ", ".join(f"MIGAUDIT_{str(e['loc'][0]).upper()}" for e in error.errors())
            raise Misconfigured(f"{names}: the value is not of the kind that is needed.") from None

    def credentials(self) -> Credentials | None:
        """The App's credentials: those that are set, else those that the setup page kept.

        None: there are none, the server starts in setup mode.
        """
        key = self._key()
        parts = {
            "MIGAUDIT_APP_ID": self.app_id,
            "MIGAUDIT_PRIVATE_KEY or MIGAUDIT_PRIVATE_KEY_FILE": key,
            "MIGAUDIT_WEBHOOK_SECRET": self.webhook_secret,
        }
        missing = [name for name, value in parts.items() if value is None]
        if len(missing) == len(parts):
            return self._kept()
        if self.app_id is None or key is None or self.webhook_secret is None:
            raise Misconfigured(f"{' and '.join(missing)} must be set along with the others.")
        return Credentials(self.app_id, key, _secrets(self.webhook_secret.get_secret_value()))

    def database(self) -> str:
        """Address of the database; the embedded one's folder is made where it is missing."""
        if self.database_url is not None:
            return self.database_url
        self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        return f"sqlite:///{self.data_dir.resolve() / 'migaudit.sqlite'}"

    def metrics(self) -> str | None:
        """What Prometheus has to send; None: anybody may read."""
        return self.metrics_token.get_secret_value() if self.metrics_token else None

    def public(self, host: str, port: int) -> str:
        """Where browsers reach a server that listens on `host` and `port`."""
        address = f"[{host}]" if ":" in host else host
        return (self.public_url or f"http://{address}:{port}").rstrip("/")

    def _kept(self) -> Credentials | None:
        try:
            return kept(self.data_dir)
        except UnreadableCredentials as error:
            raise Misconfigured(f"{error}: delete it to set the server up anew.") from None

    def _key(self) -> str | None:
        if self.private_key is not None:
            return self.private_key.get_secret_value().replace("\\n", "\n")
        if self.private_key_file is None:
            return None
        try:
            return self.private_key_file.read_text(encoding="ascii")
        except (OSError, UnicodeDecodeError) as error:
            raise Misconfigured(f"MIGAUDIT_PRIVATE_KEY_FILE cannot be read: {error}.") from None


class Reporting(BaseSettings):
    """What `migaudit applied push` needs in a deploy job: another place than the server's."""

    model_config = SettingsConfigDict(
        env_ignore_empty=True, frozen=True, extra="ignore", hide_input_in_errors=True
    )

    database_url: SecretStr | None = None
    migaudit_url: str | None = None
    migaudit_token: SecretStr | None = None

    @classmethod
    def read(cls) -> "Reporting":
        return cls()

    def database(self) -> str:
        """The address of the database that was migrated."""
        return _needed(self.database_url, "DATABASE_URL", "the database that was migrated")

    def server(self) -> str:
        url = SecretStr(self.migaudit_url) if self.migaudit_url else None
        return _needed(url, "MIGAUDIT_URL or --server", "the migaudit to report to")

    def token(self) -> str:
        what = "the repository's token, from `migaudit applied token`"
        return _needed(self.migaudit_token, "MIGAUDIT_TOKEN", what).strip()


def _needed(value: SecretStr | None, name: str, what: str) -> str:
    if value is None:
        raise Misconfigured(f"{name} has to be set: {what}.")
    return value.get_secret_value()


def _secrets(value: str) -> tuple[bytes, ...]:
    """While a secret is being rotated, the old and the new one, separated by a comma, both count.

    The value as a whole counts, too, since a secret may contain a comma. The first one also makes
    the marks by which our comments are known again, and those of all others are known: comments
    made before a secret was dropped are strangers' from then on.
    """
    parts = [part.strip() for part in value.split(",")]
    return tuple(dict.fromkeys(part.encode() for part in (*parts, value) if part))
