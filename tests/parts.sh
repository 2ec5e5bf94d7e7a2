#!/usr/bin/env bash
# Sees to the real parts the tests need beside Python: Chromium with its driver, a font with Chinese characters,
# PostgreSQL, Virtuoso, LibreOffice, nginx, systemd's checks. Installs Debian's packages where this is root and apt-get is there;
# elsewhere says what is skipped and how to get it.
set -euo pipefail

packages=(chromium chromium-driver fontconfig fonts-noto-cjk libreoffice-calc libreoffice-writer nginx-light openssl
    postgresql systemd virtuoso-opensource-7-bin)

missing() {
    command -v chromium >/dev/null || echo chromium
    command -v chromedriver >/dev/null || echo chromium-driver
    # grep reads to the end, or fc-list would die of a closed pipe
    { command -v fc-list >/dev/null && fc-list :lang=zh | grep . >/dev/null; } || echo "a font with Chinese characters"
    command -v soffice >/dev/null || echo LibreOffice
    command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || echo nginx
    command -v openssl >/dev/null || echo openssl
    { command -v virtuoso-t && command -v isql-vt; } >/dev/null || echo Virtuoso
    command -v systemd-analyze >/dev/null || echo systemd-analyze
    compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null || echo PostgreSQL
}

lacking="$(missing | paste -sd, | sed 's/,/, /g')"
[ -z "$lacking" ] && exit 0

if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    printf '\033[1m==>\033[0m %s\n' "from Debian: $lacking"
    export DEBIAN_FRONTEND=noninteractive
    if apt-get update -qq >/dev/null && apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null; then
        lacking="$(missing | paste -sd, | sed 's/,/, /g')"
        [ -z "$lacking" ] && exit 0
    fi
fi

echo "The tests that need them are skipped: missing $lacking." >&2
echo "To run them: sudo apt-get install ${packages[*]}" >&2
if [ "${CI:-}" = true ]; then
    echo "In CI that is a failure." >&2
    exit 1
fi
