#!/bin/sh
# Unpacks Keycloak, an authorization server of others, for the tests (and, into another folder, for the benchmarks):
#
#   e2e/peers/keycloak.sh [FOLDER]     e2e/target/keycloak where none is named; what was there is replaced
#
# Its 170 MB come from Maven Central by way of the local Maven repository, which keeps them.
set -eu
version=26.7.3
sha256=27a6535553c3cdcd083872ba40629efafb3475e3b758e0c6f691395561dd0f1f

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd -P)
folder=${1-$root/e2e/target/keycloak}
if [ -f "$folder/unpacked-$version" ]; then exit 0; fi

mkdir -p "$(dirname -- "$folder")"
aside=$(mktemp -d "$folder.XXXXXX")
trap 'rm -rf "$aside"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
zip=$aside/keycloak-quarkus-dist-$version.zip
[ -s "${HOME-}/.m2/repository/org/keycloak/keycloak-quarkus-dist/$version/${zip##*/}" ] ||
  echo "keycloak.sh: fetching Keycloak $version (170 MB), once" >&2
"$root/mvnw" -q -B -ntp -f "$root/pom.xml" -N dependency:copy -DoutputDirectory="$aside" \
  -Dartifact="org.keycloak:keycloak-quarkus-dist:$version:zip"
found=$(sha256sum <"$zip")
if [ "${found%% *}" != "$sha256" ]; then
  echo "keycloak.sh: ${zip##*/} is not the file that was expected: its SHA-256 is ${found%% *}" >&2
  exit 1
fi
. "$root/.mvn/jdk.sh"
find_jdk || {
  explain_no_jdk keycloak.sh
  exit 1
}
(cd "$aside" && "$jdk/bin/jar" xf "$zip")
chmod +x "$aside/keycloak-$version"/bin/*.sh
: >"$aside/keycloak-$version/unpacked-$version"
rm -rf "$folder"
mv "$aside/keycloak-$version" "$folder"
