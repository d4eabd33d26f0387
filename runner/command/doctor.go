package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-11445fa1/referee/runner/sut"
	"github.com/seed-11445fa1/referee/runner/sut/docker"
)

func newDoctor(h *Host) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Say what of run and serve works on this machine",
		Long: `Say what works on this machine, one line each: whether run can start a command,
how the calls of a bot to graph.facebook.com reach the platform, whether it can
start an image, and in which languages a bot can be started as a command. What
does not work comes with what that means for run, and with what to do. All but the
runtimes is found out by trying.

Exit codes: 0 run --command works, whatever else is missing; 3 it does not.`,
		Example: `  referee doctor
  referee doctor --json`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			d := examine(cmd.Context())
			show := d.show
			if asJSON {
				show = func(h *Host) error { return writeJSON(h.Stdout, d) }
			}
			if err := show(h); err != nil {
				return trouble(err)
			}
			if !d.Command {
				return trouble(errors.New("run --command does not work on this machine"))
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// examined is what works on a machine, as the JSON of doctor has it.
type examined struct {
	// Command is true where run --command works.
	Command bool    `json:"command"`
	Checks  []check `json:"checks"`
}

// check is one thing that works, or does not.
type check struct {
	Name  string `json:"name"`
	Works bool   `json:"works"`
	// Means says what follows for run.
	Means string `json:"means"`
	// Why says why it does not work, and what to do; empty where it does.
	Why string `json:"why,omitempty"`
}

// examine looks at everything.
func examine(ctx context.Context) examined {
	var d examined
	add := func(name string, err error, works, otherwise string) {
		c := check{Name: name, Works: err == nil, Means: works}
		if err != nil {
			c.Means, c.Why = otherwise, strings.ReplaceAll(strings.TrimSpace(err.Error()), "\n", "; ")
		}
		d.Checks = append(d.Checks, c)
	}
	err := sut.CanRun(ctx)
	d.Command = err == nil
	add("command", err, "run --command starts a bot on a free port of 127.0.0.1", "run --command starts nothing; judge a bot that runs already, with --url")
	add("interception", intercepts(), "calls to graph.facebook.com reach the platform, whatever client makes them: a bot gets a hosts file and certificates of its own",
		"calls to graph.facebook.com reach the platform by proxy variables, and those of a client that heeds none are not seen")
	add("containers", docker.CanRun(ctx), "run --image and --build-context start a bot in a container", "run --image and --build-context start nothing; --command and --url do without")
	for _, t := range toolchains() {
		version, err := t.version(ctx)
		add(t.program, err, "run --command starts bots in "+t.name+": "+version, "a bot in "+t.name+" has to come as an image, or run already")
	}
	return d
}

// intercepts reports why a bot cannot have the platform in the place of Meta's hosts.
func intercepts() error {
	for _, able := range []func() error{sut.CanIsolate, sut.CanServeMeta, sut.HeedsHosts} {
		if err := able(); err != nil {
			return err
		}
	}
	return nil
}

// toolchain is the program that runs bots in a language.
type toolchain struct{ program, name, argument, install string }

func toolchains() []toolchain {
	return []toolchain{
		{"node", "Node", "--version", "nodejs"}, {"npm", "Node with npm start", "--version", "npm"}, {"python3", "Python", "--version", "python3"},
		{"go", "Go", "version", "golang"}, {"ruby", "Ruby", "--version", "ruby"}, {"php", "PHP", "--version", "php-cli"}, {"java", "Java", "-version", "default-jdk"},
	}
}

// version is the first line in which the program says what it is.
func (t toolchain) version(ctx context.Context) (string, error) {
	const most = 20 * time.Second
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	cmd := exec.CommandContext(ctx, t.program, t.argument)
	cmd.WaitDelay = time.Second
	text, err := cmd.CombinedOutput()
	line, _, _ := strings.Cut(string(bytes.TrimSpace(text)), "\n")
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return "", fmt.Errorf("there is no %s on the PATH; install it (Debian: the package %s)", t.program, t.install)
	case err != nil:
		return "", fmt.Errorf("%s %s fails: %w: %s", t.program, t.argument, err, line)
	}
	return line, nil
}

// show prints a line for each check.
func (d examined) show(h *Host) error {
	table := tabwriter.NewWriter(h.Stdout, 0, 0, 2, ' ', 0)
	for _, c := range d.Checks {
		mark, says := "ok", c.Means
		if !c.Works {
			mark, says = "no", c.Means+": "+c.Why
		}
		fmt.Fprintf(table, "%s\t%s\t%s\n", mark, c.Name, oneLine(says))
	}
	return table.Flush()
}
