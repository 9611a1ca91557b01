"""Secrets that stand in a text are replaced: known ones, and whatever looks like one.

This is the last net, under the contract's `x-secret` and each property's `is_credential`: it is for
log lines, error messages and addresses, which may quote anything. Their authors may be hostile, so
each pattern takes time in proportion to the text, whatever the text.
"""

import re
from collections.abc import Iterable

HIDDEN = "[hidden]"

_WORDS = (
    r"password|passwd|passwort|passphrase|passcode|pwd|secret|token|credentials?|api[_-]?key"
    r"|access[_-]?key|account[_-]?key|private[_-]?key|shared[_-]?key|signing[_-]?key"
    r"|encryption[_-]?key|consumer[_-]?key|auth[_-]?key|secret[_-]?key|client[_-]?key"
)
_QUOTE = r"\\{0,3}[\"']"

_NOUNS = ("pass", "pwd", "secret", "token", "credential", "key")

# Whatever matches a pattern has one of its marks in it, and most texts have none of any.
_PATTERNS = tuple(
    (marks, re.compile(pattern, re.IGNORECASE), replacement)
    for marks, pattern, replacement in (
        (
            ("private key",),
            r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----(?s:.*?)"
            r"(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|\Z)",
            HIDDEN,
        ),
        (("cookie:",), r"\b((?:set-)?cookie:\s*)[^\r\n]+", rf"\1{HIDDEN}"),
        (
            ("authorization",),
            r"\b(authorization[\"']?\s*[:=]\s*[\"']?)(?!bearer\b|basic\b)[^\s\"',}]+(?:\s+[^\s\"',}]{6,})?",
            rf"\1{HIDDEN}",
        ),
        (("bearer", "basic"), r"\b(bearer|basic)(\s+)[\w.~+/=-]{6,}", rf"\1\2{HIDDEN}"),
        (("://",), r"(://)[^\s/:@]*:[^\s/]+@", rf"\1{HIDDEN}@"),
        (
            ("=",),
            r"([?&;](?:x-(?:amz|goog|ms)-[\w-]{1,40}|awsaccesskeyid|googleaccessid|signature|sig|code)"
            r"=)[^&\s\"'<>]+",
            rf"\1{HIDDEN}",
        ),
        (
            _NOUNS,
            rf"({_WORDS})(\d{{0,2}}(?:{_QUOTE})?\s*(?:=>|:=|[:=])\s*)"
            rf"({_QUOTE}.*?{_QUOTE}|[^\s\"',;&}}]+)",
            rf"\1\2{HIDDEN}",
        ),
        (_NOUNS, rf"(--?(?:{_WORDS}))(\s+)[^\s-][^\s]*", rf"\1\2{HIDDEN}"),
        (("identified",), r"\b(identified\s+by\s+)(?:'[^']*'|\"[^\"]*\")", rf"\1{HIDDEN}"),
        (
            ("hooks.slack",),
            r"(hooks\.slack\.com/(?:services|workflows|triggers)/)[\w/-]+",
            rf"\1{HIDDEN}",
        ),
        (("webhooks",), r"(discord(?:app)?\.com/api/webhooks/)[\w/-]+", rf"\1{HIDDEN}"),
        (("akia", "asia", "agpa", "aroa"), r"\b(?:AKIA|ASIA|AGPA|AROA)[0-9A-Z]{16}\b", HIDDEN),
        (("aiza",), r"\bAIza[\w-]{30,}", HIDDEN),
        (("ya29.",), r"\bya29\.[\w-]{10,}", HIDDEN),
        # What it begins with is tried once a run of characters, and only where two dots follow.
        (
            ("eyj",),
            r"(?<![\w-])(?=[\w-]{11,}\.[\w-]{8,}\.)([\w-]*?\b)eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*",
            rf"\1{HIDDEN}",
        ),
        (("gh",), r"\bgh[opsur]_\w{20,}", HIDDEN),
        (("github_pat_",), r"\bgithub_pat_\w{20,}", HIDDEN),
        (("glpat-",), r"\bglpat-[\w-]{16,}", HIDDEN),
        (("xox",), r"\bxox[abeoprs]-[\w-]{8,}", HIDDEN),
        (("_live_", "_test_"), r"\b(?:sk|rk|pk)_(?:live|test)_\w{8,}", HIDDEN),
        (("sk-",), r"\bsk-[\w-]{20,}", HIDDEN),
        (("shp",), r"\bshp(?:at|ca|pa|ss)_\w{16,}", HIDDEN),
        (("sg.",), r"\bSG\.[\w-]{12,}\.[\w-]{12,}", HIDDEN),
        (("at_", "ac_"), r"\b(?:at|ac)_(?=[a-z_-]{0,60}\d)[\w-]{12,}", HIDDEN),
        (("pat-",), r"\bpat-(?:na|eu)\d-[\w-]{16,}", HIDDEN),
        (("npm_",), r"\bnpm_\w{30,}", HIDDEN),
        (("dapi",), r"\bdapi[0-9a-f]{32}\b", HIDDEN),
    )
)
_MARKED = re.compile("|".join(re.escape(mark) for marks, _, _ in _PATTERNS for mark in marks))


_NAMES = re.compile(_WORDS, re.IGNORECASE)


def names_a_secret(name: str) -> bool:
    """Return whether something is called as secrets are."""
    return _NAMES.search(name[:200]) is not None


def redact(text: str, known: Iterable[str] = ()) -> str:
    """Replace the `known` secrets and everything that looks like one."""
    for secret in known:
        if secret:
            text = text.replace(secret, HIDDEN)
    lower, is_plain = text.lower(), text.isascii()
    if is_plain and not _MARKED.search(lower):
        return text
    for marks, pattern, replacement in _PATTERNS:
        if not is_plain or any(mark in lower for mark in marks):
            text = pattern.sub(replacement, text)
    return text
