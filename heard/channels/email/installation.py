"""The name by which an installation knows its own mail."""

import hmac

from heard.lib import keys


def installation_name() -> str:
    """The value of X-Heard-Installation in everything this installation sends. It tells nothing about the key it is made from."""
    return hmac.digest(keys.key("mail"), b"heard: name of the installation", "sha256").hex()[:32]
