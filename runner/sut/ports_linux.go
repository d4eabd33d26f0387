package sut

import (
	"bufio"
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// listening returns the TCP ports on which these processes listen, in order.
func listening(members []member) []int {
	var ports []int
	for _, m := range members {
		own := sockets(m.pid)
		for _, table := range []string{"net/tcp", "net/tcp6"} {
			text, err := os.ReadFile(procPath(m.pid, table))
			if err != nil {
				continue
			}
			for inode, port := range listeners(text) {
				if own[inode] {
					ports = append(ports, port)
				}
			}
		}
	}
	slices.Sort(ports)
	return slices.Compact(ports)
}

// sockets returns the inodes of the sockets that a process holds open.
func sockets(pid int) map[string]bool {
	dir := procPath(pid, "fd")
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	inodes := map[string]bool{}
	for _, e := range entries {
		target, err := os.Readlink(filepath.Join(dir, e.Name()))
		if err != nil {
			continue
		}
		if inode, ok := strings.CutPrefix(target, "socket:["); ok {
			inodes[strings.TrimSuffix(inode, "]")] = true
		}
	}
	return inodes
}

// listeners returns the ports of the listening sockets in a table such as
// /proc/net/tcp, by inode. https://man7.org/linux/man-pages/man5/proc_pid_net.5.html
// describes it: number, local address and port in hexadecimal, remote ones,
// state, and five more fields before the inode.
func listeners(table []byte) map[string]int {
	const (
		local, state, inode = 1, 3, 9
		listen              = "0A"
	)
	found := map[string]int{}
	for lines := bufio.NewScanner(bytes.NewReader(table)); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) <= inode || fields[state] != listen {
			continue
		}
		_, port, _ := strings.Cut(fields[local], ":")
		if n, err := strconv.ParseUint(port, 16, 16); err == nil {
			found[fields[inode]] = int(n)
		}
	}
	return found
}
