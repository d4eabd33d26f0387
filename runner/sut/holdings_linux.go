package sut

import (
	"os"
	"strconv"
	"strings"
)

// holdings is how many files these processes have open together, and how many bytes of
// memory; false where nothing tells.
func holdings(members []member) (files int, memory int64, known bool) {
	for _, m := range members {
		open, err := os.ReadDir(procPath(m.pid, "fd"))
		if err != nil {
			continue // it has ended, or is somebody else's
		}
		text, err := os.ReadFile(procPath(m.pid, "statm"))
		if err != nil {
			continue
		}
		fields := strings.Fields(string(text)) // in pages: all of it, and what is in memory
		if len(fields) < 2 {
			continue
		}
		pages, err := strconv.ParseInt(fields[1], 10, 64)
		if err != nil {
			continue
		}
		files, memory, known = files+len(open), memory+pages*int64(os.Getpagesize()), true
	}
	return files, memory, known
}
