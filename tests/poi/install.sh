#!/bin/sh
# Installs what the judge of formulas needs: Apache POI, and Java with its compiler. Ends as debian.sh does.
set -eu
exec sh "$(dirname "$0")/../debian.sh" libapache-poi-java default-jdk-headless
