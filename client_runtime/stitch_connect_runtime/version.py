"""The version that the User-Agent names; a test holds it against the packaging."""

VERSION = "0.1.0"
