package sut

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

// CanRun reports why no command can be started here and given a port; nil if one can. It
// finds out by trying, as Start does.
func CanRun(ctx context.Context) error {
	cmd := shell("exit 0")
	if err := isThere(cmd); err != nil {
		return err
	}
	if text, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("a command is run by the shell, which fails: %w: %s", err, text)
	}
	dir, err := os.MkdirTemp("", "referee-trust-*")
	if err != nil {
		return fmt.Errorf("a receiver is given files, and none can be written: %w; name a folder that can be written to in TMPDIR", err)
	}
	var c Command
	return errors.Join(c.choosePort(ctx), os.Remove(dir))
}

// isThere reports why the shell that is to run a command cannot; nil if nothing is known
// against it. An image that has a program alone has none.
func isThere(shell *exec.Cmd) error {
	if _, err := exec.LookPath(shell.Path); err != nil {
		return fmt.Errorf("a command is run by the shell, and there is none here: %w; Referee's own image has none: use the program itself, on a machine or in an image that has what the bot needs, or judge a bot that runs already, with --url", err)
	}
	return nil
}

// CanServeMeta reports why nothing can be listened to in the place of Meta's hosts; nil if
// it can. It finds out by trying.
func CanServeMeta() error {
	ln, _, err := listenOn443()
	if errors.Is(err, os.ErrPermission) {
		return fmt.Errorf("%w; run Referee as root, or with the capability CAP_NET_BIND_SERVICE", err)
	} else if err != nil {
		return err
	}
	return ln.Close()
}

// HeedsHosts reports why a receiver with a hosts file of its own would look elsewhere for
// Meta's hosts; nil if it looks there, or if nothing here can tell. It finds out by trying,
// and needs what [CanIsolate] looks for.
func HeedsHosts() error { return heedsHosts(nil) }

func heedsHosts(mounts []Mount) error {
	const host, address = "graph.facebook.com", "127.83.67.1"
	file, err := hostsFile(map[string]string{host: address})
	if err != nil {
		return err
	}
	defer os.Remove(file)
	cmd, err := isolated(file, "command -v getent >/dev/null || exec echo "+address+"\nexec getent hosts "+host, mounts)
	if err != nil {
		return err
	}
	// Who asks a daemon or a server may wait long for it.
	const most = 5 * time.Second
	cmd.WaitDelay = most
	var told bytes.Buffer
	cmd.Stdout = &told
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("look up a host in a hosts file of its own: %w", err)
	}
	late := time.AfterFunc(most, func() { _ = cmd.Process.Kill() }) // it may have ended
	defer late.Stop()
	_ = cmd.Wait() // what it told says enough
	if strings.HasPrefix(told.String(), address) {
		return nil
	}
	return fmt.Errorf("programs on this machine do not look for hosts in %s first (nscd, systemd-resolved or /etc/nsswitch.conf answers for them); put files first in the line hosts of /etc/nsswitch.conf, and stop nscd; or give the bot the address of the Graph API by a variable, as {{.GraphURL}}", hostsPath)
}
