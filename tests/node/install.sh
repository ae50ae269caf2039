#!/bin/sh
# Installs a command-line tool from npm into a folder: install.sh FOLDER PACKAGE@VERSION. Node and npm are installed where they are
# missing; ends with 3 where that cannot be done, and says why.
set -eu
command -v npm >/dev/null || sh "$(dirname "$0")/../debian.sh" nodejs npm
npm install --silent --no-audit --no-fund --prefix "$1" "$2"
