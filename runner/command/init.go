package command

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-11445fa1/referee/runner/config"
	"github.com/seed-11445fa1/referee/runner/discover"
	"github.com/seed-11445fa1/referee/runner/report"
)

// initFlags are the flags of init that are no settings.
type initFlags struct {
	output       string
	force, noTry bool
}

func newInit(h *Host) *cobra.Command {
	var f initFlags
	var settings config.Settings
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Find out how a bot is started, and write its configuration",
		Long: `Read the folder of a bot, write a configuration file, and try it: the bot is
started, and has to answer the handshake.

What starts it, its port, the path of its webhook and the names of its variables
are looked for in package.json, requirements.txt, go.mod and their like, in
Dockerfile, Procfile, .env and .env.example, and in its source. Values of
variables are not kept, and of the secrets in the source the verify token
alone. Beside each setting that was guessed stands the place that it comes
from. On a terminal, what is missing is asked for, with three questions at
most; with a flag, nothing is asked, and a flag counts more than what is found.
The file explains all other settings too.

Exit codes: 0 the file is written, and where there is something to try, it
works; 2 usage, or the file is there already; 3 the file is written, and the bot
does not start with it or refuses the handshake; 130 interrupted, at a question
before the file is written.`,
		Example: `  referee init
  referee init --command 'node server.js' --path /messenger
  referee init --workdir ./bot --no-try
  referee init --url http://localhost:3000/webhook --output -`,
		Args: noArguments,
		// The file that is there is not read: it may be what is to be replaced.
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) (err error) {
			settings, err = h.load(cmd, "")
			return err
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return f.run(cmd, h, settings) },
	}
	flags := cmd.Flags()
	for _, name := range []string{"url", "command", "image", "build-context", "workdir", "env", "port", "path"} {
		config.MustDeclare(flags, name, nil)
	}
	flags.StringVar(&f.output, "output", config.DefaultFile, "the file to write; - prints it, and tries nothing")
	flags.BoolVar(&f.force, "force", false, "replace a file that is there")
	flags.BoolVar(&f.noTry, "no-try", false, "write the file alone, without starting the bot")
	return cmd
}

func (f initFlags) run(cmd *cobra.Command, h *Host, settings config.Settings) error {
	if info, err := os.Stat(f.output); f.output != "-" && err == nil && info.Mode().IsRegular() && !f.force {
		return fmt.Errorf("%s exists; --force replaces it, --output names another file, and --output - prints it instead", f.output)
	}
	c, err := h.found(settings)
	if err != nil {
		return err
	}
	if in, ok := h.person(); ok && len(c.given) == 0 {
		if err := c.ask(cmd.Context(), in, h.Stderr); err != nil {
			return err
		}
	}
	text, err := config.Template(c.lines())
	if err != nil {
		return err
	}
	write := func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	}
	if f.output == "-" {
		return trouble(write(h.Stdout))
	}
	if err := report.WriteFile(f.output, write); err != nil {
		return trouble(err)
	}
	if err := f.tell(h, c); err != nil {
		return trouble(err)
	}
	if f.noTry || !c.receiver() {
		return nil
	}
	return f.try(cmd, h)
}

// found reads the folder in which the bot is started, and adds what flags and
// environment say.
func (h *Host) found(settings config.Settings) (*choice, error) {
	c := &choice{}
	for _, s := range settings {
		if s.Origin != originDefault {
			c.given = append(c.given, config.Line{Key: s.Key, Value: fmt.Sprint(s.Value)})
		}
	}
	if c.has("url") {
		return c, nil // of a bot that runs already, the folder says nothing that is of use
	}
	dir := "."
	if given, ok := c.value("workdir"); ok {
		dir = given
	}
	var err error
	c.project, err = discover.Read(dir)
	if err != nil && !c.receiver() {
		return nil, fmt.Errorf("%w; name the folder of the bot with --workdir, or what starts it with --command", err)
	} else if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("--workdir: %w", err)
	}
	return c, nil
}

// tell says what is in the file, what is missing, and what comes next.
func (f initFlags) tell(h *Host, c *choice) error {
	var b strings.Builder
	next := "`referee config` shows what it sets"
	if !c.receiver() {
		next = "fill in the receiver: url, command or image. Then `referee config` shows what it sets, and `referee run` judges the receiver"
	}
	fmt.Fprintf(&b, "wrote %s; %s\n", oneLine(f.output), next)
	c.table(&b)
	for _, missing := range c.missing() {
		fmt.Fprintf(&b, "not found: %s\n", missing)
	}
	for _, n := range c.notes() {
		fmt.Fprintf(&b, "note: %s\n", oneLine(n))
	}
	if f.noTry && c.receiver() {
		fmt.Fprintf(&b, "next: %s\n", f.judge())
	}
	_, err := io.WriteString(h.Stdout, b.String())
	return err
}

// judge is the command that judges with the file.
func (f initFlags) judge() string {
	if f.output == config.DefaultFile {
		return "`referee run` judges it"
	}
	return "`referee run --config " + oneLine(f.output) + "` judges it"
}
