#!/bin/sh
# Installs this version of hetao-kg below a folder, /opt/hetao by default, without any network: sh install.sh [FOLDER]
# An earlier version there stays, so that the link `current` can be set back to it.
set -eu
version=@VERSION@ needed=@PYTHON@ machine=@MACHINE@
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
top=${1:-/opt/hetao}
python=${PYTHON:-python$needed}
fail() { echo "install.sh: $1" >&2; exit 2; }

[ "$(uname -m)" = "$machine" ] || fail "this archive is for $machine, and here is $(uname -m); make one there with make bundle"
"$python" -c "import sys, venv, ensurepip; sys.exit('%d.%d' % sys.version_info[:2] != '$needed')" 2>/dev/null ||
    fail "$python is not Python $needed with venv (Debian: python$needed-venv); name one: PYTHON=/path/to/python sh install.sh"
(cd "$here" && sha256sum --quiet --check SHA256SUMS) || fail "the archive is damaged; copy it again"
mkdir -p "$top" 2>/dev/null && [ -w "$top" ] || fail "$top cannot be written; run this as root, or name another folder"
to=$(CDPATH='' cd -- "$top" && pwd)/$version
[ ! -e "$to" ] || fail "$to is there already; remove it to install it anew"

trap 'rm -rf "$to"; echo "install.sh: nothing was installed" >&2' EXIT
trap 'exit 130' INT TERM
"$python" -m venv "$to/venv"
"$to/venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-index --find-links "$here/wheels" \
    "hetao-kg[ocr]==$version"
mkdir -p "$to/model" "$to/bin"
cp -R "$here/model/e5-small" "$to/model/"
cat > "$to/bin/hetao" <<EOF
#!/bin/sh
HETAO_MODEL="\${HETAO_MODEL:-$to/model/e5-small}" exec "$to/venv/bin/hetao" "\$@"
EOF
chmod 755 "$to/bin/hetao"
ln -sfn "$version" "$top/current"
trap - EXIT
echo "installed: $top/current/bin/hetao"
