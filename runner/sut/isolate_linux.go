package sut

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
)

// CanIsolate reports why a receiver cannot have a hosts file of its own; nil if
// it can. It finds out by trying.
func CanIsolate() error {
	file, err := hostsFile(nil)
	if err != nil {
		return err
	}
	defer os.Remove(file)
	cmd, err := isolated(file, "true", nil)
	if err != nil {
		return err
	}
	text, err := cmd.CombinedOutput()
	switch {
	case errors.Is(err, os.ErrPermission):
		return fmt.Errorf("a receiver with a hosts file of its own needs a mount namespace, and this user may not make one: %w; run Referee as root, or with the capability CAP_SYS_ADMIN", err)
	case err != nil:
		return fmt.Errorf("a receiver with a hosts file of its own needs a mount over %s, which fails: %w: %s; run Referee as root, outside a container that forbids mounts", hostsPath, err, strings.TrimSpace(string(text)))
	}
	return nil
}

// mounting puts the file $2 over the hosts file by the program $1, takes its
// name away, so that nothing is left behind whatever happens, mounts the pairs
// that follow $3, and becomes the shell $0 with the line $3. Its variables are
// none that a receiver would have.
const mounting = `"$1" -o bind "$2" ` + hostsPath + ` || exit
rm -f -- "$2" 2>/dev/null
referee_mount=$1 referee_line=$3
shift 3
while [ $# -gt 1 ]; do
	"$referee_mount" -o bind "$1" "$2" 2>/dev/null
	shift 2
done
exec "$0" -c "$referee_line"`

// isolated runs a line in a mount namespace of its own, where file is the hosts
// file and the mounts take the place of the machine's files. The machine's mounts
// stay as they are: nothing propagates from there.
func isolated(file, line string, mounts []Mount) (*exec.Cmd, error) {
	mount, err := exec.LookPath("mount")
	if err != nil {
		return nil, fmt.Errorf("a receiver with a hosts file of its own needs the program mount: %w; install it (Debian: the package mount)", err)
	}
	cmd := exec.Command(shellPath, "-c", mounting, shellPath, mount, file, line)
	for _, m := range mounts {
		cmd.Args = append(cmd.Args, m.From, m.Over)
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS}
	return cmd, nil
}
