#!/usr/bin/env bash
# Installs with pip, quietly, as `pip.sh PYTHON ARGUMENT…` for `PYTHON -m pip install ARGUMENT…`. Where it cannot reach its
# index, one line says that: pip's own words are about versions that do not agree.
set -euo pipefail
python=$1
shift
log="$(mktemp)"
trap 'rm -f "$log" "$log.said"' EXIT
if ! "$python" -m pip --quiet --quiet --disable-pip-version-check --no-input --log "$log" install "$@" 2> "$log.said"; then
    unreachable='connection error|NewConnectionError|NameResolutionError|ConnectTimeoutError|ProxyError|Network is unreachable'
    if grep -qE "$unreachable" "$log"; then
        index="$("$python" -m pip config get global.index-url 2>/dev/null || echo https://pypi.org/simple)"
        # without the name and password that its address may hold
        index="$(sed -E 's#//[^/@]*@#//#' <<< "${PIP_INDEX_URL:-$index}")"
        echo "The package index $index cannot be reached: connect this machine to it once, or install" \
            "without network from an archive made elsewhere by \`make bundle\` (docs/deploy.md)." >&2
    else
        cat "$log.said" >&2
    fi
    exit 1
fi
cat "$log.said" >&2
