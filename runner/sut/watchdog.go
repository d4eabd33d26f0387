package sut

import (
	"os"

	"github.com/seed-11445fa1/referee/runner/sut/internal/life"
)

// watching reads one word: the process group. After the end of its input it
// kills the group and, where there is a /proc like that of Linux, all whose
// environment holds the marker, until it finds no more.
const watching = `
trap '' HUP INT TERM
read -r group && read -r done && exit
[ -n "$group" ] && kill -s KILL -- "-$group"
for round in 1 2 3 4 5 6 7 8 9; do
	found=
	for environ in $(grep -l -F -e "$1" /proc/[0-9]*/environ); do
		pid=${environ#/proc/}
		kill -s KILL "${pid%/environ}" && found=yes
	done
	[ -n "$found" ] || exit
done
`

func newWatchdog(marker string) (*life.Watchdog, error) {
	return life.NewWatchdog(watching, marker, "PATH="+os.Getenv("PATH"))
}
