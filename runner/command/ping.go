package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-11445fa1/referee/runner/report"
)

type pingFlags struct {
	consoleAddr, addrFile string
	timeout               time.Duration
}

func newPing(h *Host) *cobra.Command {
	var f pingFlags
	cmd := &cobra.Command{
		Use:   "ping",
		Short: "Wait until a platform that `referee serve` started is ready",
		Long: `Ask the console of a platform whether it is ready, until it is. Exit code 0: it
is; 3: it did not become ready in time. For health checks of containers and for
scripts. --console-addr and --addr-file are those of serve, and so are their
variables.`,
		Example: `  referee ping --console-addr 127.0.0.1:7071
  referee ping --addr-file addresses.json --timeout 10s`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.ping(cmd.Context(), h) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.consoleAddr, "console-addr", "", "the `HOST:PORT` of the console")
	flags.StringVar(&f.addrFile, "addr-file", "", "the `FILE` with the addresses, as serve writes it")
	flags.DurationVar(&f.timeout, "timeout", 2*time.Second, "the `TIME` that it has to become ready")
	return cmd
}

func (f *pingFlags) ping(ctx context.Context, h *Host) error {
	switch {
	case f.consoleAddr == "" && f.addrFile == "":
		return errors.New("which platform? give the --console-addr or the --addr-file of `referee serve`")
	case f.timeout <= 0:
		return fmt.Errorf("--timeout is %s; it has to be more than nothing, such as 2s", f.timeout)
	}
	if f.consoleAddr != "" {
		if _, err := f.where(); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, f.timeout)
	defer cancel()
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for {
		where, err := f.where()
		if err == nil {
			err = ready(ctx, where)
		}
		if err == nil {
			_, err := fmt.Fprintf(h.Stdout, "%s is ready\n", report.Clean(where))
			return trouble(err)
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return trouble(fmt.Errorf("the platform is not ready after %s: %w", f.timeout, err))
		}
	}
}

// where is the URL of the console. A console that listens on all addresses is
// asked on this machine.
func (f *pingFlags) where() (string, error) {
	if f.consoleAddr != "" {
		host, port, err := net.SplitHostPort(f.consoleAddr)
		if err != nil || !isPort(port) || port == "0" {
			return "", fmt.Errorf("--console-addr %q is not a host and a port, such as 127.0.0.1:7071", f.consoleAddr)
		}
		if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
			host = "127.0.0.1"
		}
		return "http://" + net.JoinHostPort(host, port), nil
	}
	text, err := os.ReadFile(f.addrFile)
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("there is no file %s: `referee serve --addr-file` writes it when it is ready, and removes it at the end", f.addrFile)
	}
	if err != nil {
		return "", err
	}
	var found addresses
	if err := json.Unmarshal(text, &found); err != nil || found.Console == "" {
		return "", fmt.Errorf("%s is not a file that `referee serve --addr-file` wrote", f.addrFile)
	}
	return strings.TrimSuffix(found.Console, "/"), nil
}

// ready asks a console whether its platform is ready.
func ready(ctx context.Context, where string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, where+"/readyz", nil)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", where, answer.Status)
	}
	return nil
}
