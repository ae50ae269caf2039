#!/bin/sh
# Installs Debian packages that tests need: debian.sh PACKAGE... Needs to be root, or sudo without a password; says so otherwise and ends with 3.
set -eu
if ! command -v apt-get >/dev/null; then
    echo "no apt-get: install $* by hand" >&2
    exit 3
fi
if [ "$(id -u)" = 0 ]; then
    as_root=""
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root="sudo -n"
else
    echo "neither root nor sudo without a password: run sudo apt-get install $*" >&2
    exit 3
fi
$as_root apt-get -qq update
$as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends "$@"
