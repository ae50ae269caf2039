#!/bin/sh
# Installs a command-line tool from npm into a folder: install.sh FOLDER PACKAGE@VERSION. Node and npm come from Debian's packages
# where they are missing, which needs root, or sudo without a password; says so otherwise and ends with 3.
set -eu
if ! command -v npm >/dev/null; then
    if ! command -v apt-get >/dev/null; then
        echo "no npm and no apt-get: install Node.js with npm by hand" >&2
        exit 3
    fi
    if [ "$(id -u)" = 0 ]; then
        as_root=""
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        as_root="sudo -n"
    else
        echo "neither root nor sudo without a password: run sudo apt-get install nodejs npm" >&2
        exit 3
    fi
    $as_root apt-get -qq update
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends nodejs npm
fi
npm install --silent --no-audit --no-fund --prefix "$1" "$2"
