#!/bin/sh
{ # The shell reads all of this before it runs any: half a script is an error, and installs nothing.
# Installs a release of Referee: the program for this machine, after its checksum.
#
#     install.sh [VERSION [FOLDER]]
#
# VERSION is one like v0.1.0, or latest, which is the default. FOLDER is ~/.local/bin unless
# it is named. Where GitHub cannot be reached, RELEASES is the address of a copy of
# https://github.com/seed-11445fa1/referee/releases.
set -eu

version=${1:-latest}
folder=${2:-$HOME/.local/bin}
releases=${RELEASES:-https://github.com/seed-11445fa1/referee/releases}

fail() {
	echo "install.sh: $1" >&2
	exit 1
}

case $version in
latest) from=$releases/latest/download ;;
v[0-9]*) from=$releases/download/$version ;;
*) fail "the version has to be one like v0.1.0, or latest, not '$version'" ;;
esac

# What a program is called inside the archive depends on the platform too.
program=referee
kind=tar.gz
case $(uname -s) in
Linux) os=linux ;;
Darwin) os=darwin ;;
MINGW* | MSYS* | CYGWIN*) os=windows program=referee.exe kind=zip ;;
*) fail "there is no release for $(uname -s); with Go, 'go install github.com/seed-11445fa1/referee/runner/cmd/referee@latest' builds one" ;;
esac
case $(uname -m) in
x86_64 | amd64) arch=amd64 ;;
aarch64 | arm64) arch=arm64 ;;
*) fail "there is no release for $(uname -m); with Go, 'go install github.com/seed-11445fa1/referee/runner/cmd/referee@latest' builds one" ;;
esac
archive=referee_${os}_$arch.$kind
target=$folder/$program
[ ! -d "$target" ] || fail "$target is a folder, and would be the program; name another folder to install into"

# Whether the server gave an answer is in the exit code of what asked it.
if command -v curl >/dev/null; then
	get() { curl --fail --silent --show-error --location --retry 3 --output "$2" "$1"; }
	answered() { [ "$1" = 22 ]; }
elif command -v wget >/dev/null; then
	get() { wget --quiet --output-document "$2" "$1"; }
	answered() { [ "$1" = 8 ] || [ "$1" = 1 ]; } # 1 is all that the wget of BusyBox knows
else
	fail "it needs curl or wget"
fi
if command -v sha256sum >/dev/null; then
	digest() { sha256sum "$1"; }
elif command -v shasum >/dev/null; then
	digest() { shasum -a 256 "$1"; }
else
	fail "it needs sha256sum or shasum to check what it downloads"
fi

# Nothing is left of what was begun, whatever ends this.
work=$(mktemp -d)
copy=$folder/.$$.$program
trap 'rm -rf "$work" "$copy"' EXIT
trap 'exit 1' HUP INT TERM
for file in checksums.txt "$archive"; do
	got=0
	get "$from/$file" "$work/$file" || got=$?
	if [ $got != 0 ] && answered $got; then
		fail "$from/$file cannot be downloaded; is $version a release?"
	elif [ $got != 0 ]; then
		fail "$from/$file cannot be downloaded, because $releases cannot be reached; a copy of it that can be is named in RELEASES"
	fi
done
expected=$(awk -v file="$archive" '$2 == file {print $1}' "$work/checksums.txt")
actual=$(digest "$work/$archive" | awk '{print $1}')
[ -n "$expected" ] || fail "checksums.txt of $version does not name $archive"
[ "$actual" = "$expected" ] || fail "$from/$archive has the checksum $actual, and has to have $expected; nothing was installed"

case $kind in
tar.gz) tar -xzf "$work/$archive" -C "$work" "$program" ;;
zip) unzip -q "$work/$archive" "$program" -d "$work" ;;
esac
# Within one folder a file is replaced at once, even while it runs; before, the new one has
# to show that it runs there.
{ mkdir -p "$folder" && cp "$work/$program" "$copy"; } || fail "$folder cannot be written to; nothing was installed; make room there, or name another folder"
says=$("$copy" version) || fail "the program does not run in $folder; nothing was installed; name a folder from which programs may be run"
mv -f "$copy" "$target"
echo "installed $says as $target"
if [ $# -lt 2 ]; then
	case :$PATH: in
	*:"$folder":*) ;;
	*) echo "$folder is not on the PATH; add it: export PATH=\"$folder:\$PATH\"" ;;
	esac
fi
exit
}
