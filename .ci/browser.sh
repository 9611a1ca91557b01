#!/usr/bin/env bash
# Prints the path of a Chromium, and installs Debian's first where there is none.
# Used by `make browser`; CHROMIUM=/path/to/one chooses another.
set -euo pipefail
present() { command -v "${CHROMIUM:-chromium}" || command -v chromium-browser || command -v google-chrome; }
present && exit
admin=$([ "$(id -u)" = 0 ] || echo sudo)
{ $admin apt-get -q update && $admin apt-get -q install -y --no-install-recommends chromium; } >&2 || true
present || { echo "no Chromium: install one, or say make browser CHROMIUM=/path/to/one" >&2; exit 1; }
