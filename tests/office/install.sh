#!/bin/sh
# Installs what the tests of the LibreOffice add-in need: Calc, and the Python that talks to it. Ends as debian.sh does.
set -eu
exec sh "$(dirname "$0")/../debian.sh" libreoffice-calc python3-uno
