package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/runner"
	"github.com/seed-11445fa1/referee/runner/config"
	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/runner/sut"
	"github.com/seed-11445fa1/referee/suites"
)

// startFlags adds the flags that say how the bot is started; they are those of run.
func (f *serveFlags) startFlags(flags *pflag.FlagSet) {
	for _, flag := range f.howToStart() {
		config.MustDeclare(flags, flag.name, flag.target)
	}
}

// howToStart are the settings that are for a bot that serve starts alone.
func (f *serveFlags) howToStart() []struct {
	name   string
	target any
} {
	return []struct {
		name   string
		target any
	}{
		{"workdir", &f.workdir}, {"env", &f.env}, {"port", &f.port}, {"path", &f.path}, {"https", &f.https},
		{"ready-path", &f.readyPath}, {"ready-log", &f.readyLog}, {"ready-timeout", &f.readyTimeout},
		{"intercept-graph", &f.intercept}, {"allow-network", &f.allowNetwork},
	}
}

// afterDashes takes a command after "--", and no other arguments.
func afterDashes(cmd *cobra.Command, args []string) error {
	switch at := cmd.ArgsLenAtDash(); {
	case at < 0 && len(args) > 0, at > 0:
		return fmt.Errorf("%w; the command that starts a bot stands after --, as in `%s -- node server.js`", noArguments(cmd, args), cmd.CommandPath())
	case at == 0 && (len(args) == 0 || strings.TrimSpace(args[0]) == ""):
		return fmt.Errorf("there is no command after --; write what starts the bot, as in `%s -- node server.js`", cmd.CommandPath())
	}
	return nil
}

// choose makes the words after "--" the bot. A URL in the environment or the file then
// names another one, which is left alone.
func (f *serveFlags) choose(words []string, settings config.Settings) error {
	given := func(key string) bool { return strings.HasPrefix(settings.Origin(key), "flag ") }
	if len(words) == 0 {
		for _, s := range settings {
			name, _, _ := strings.Cut(s.Key, ".")
			for _, flag := range f.howToStart() {
				if flag.name == name && given(s.Key) {
					return fmt.Errorf("--%s is for a bot that serve starts, and none is named; write what starts it after --, as in `referee serve -- node server.js`", name)
				}
			}
		}
		return nil
	}
	if given("url") {
		return fmt.Errorf("--url %s and the command after -- both say which bot it is; give one of them", f.url)
	}
	f.url, f.command = "", words[0]
	if len(words) > 1 {
		for i, word := range words {
			words[i] = sut.ShellWord(word)
		}
		f.command = strings.Join(words, " ")
	}
	return nil
}

// beside is the bot that runs beside the platform.
type beside struct {
	sut.Running
	command string
	secrets []string
	out     io.Writer
}

// start starts the bot and waits until it is ready; its webhook is the URL from then
// on. ctx ends it.
func (f *serveFlags) start(ctx context.Context, h *Host, bot sut.Receiver, platform *mockplatform.Platform) (*beside, error) {
	b := &beside{command: f.command, secrets: platform.Options().Secrets(), out: h.Stdout}
	b.say("Starting the bot: %s", b.command)
	env := runner.EnvironmentOf(platform)
	env.Line = func(line string) { b.say("bot | %s", line) }
	var err error
	if b.Running, err = bot.Start(ctx, env); err != nil {
		return nil, b.clean(err)
	}
	if b.Interception != nil {
		b.say("Its calls reach the platform: %s.", b.Interception().Way)
	}
	f.url = b.URL
	return b, nil
}

// say tells something of the bot on a line of its own, without secrets.
func (b *beside) say(format string, args ...any) {
	text := report.Redactor(b.secrets).Replace(fmt.Sprintf(format, args...))
	// When nobody reads the output any more, there is nobody to tell.
	_, _ = io.WriteString(b.out, report.Clean(text)+"\n")
}

// clean is an error that may quote what the bot wrote, without secrets.
func (b *beside) clean(err error) error {
	return trouble(errors.New(report.Redactor(b.secrets).Replace(err.Error())))
}

// stop ends the bot, and says which of its calls never reached the platform.
func (b *beside) stop() error {
	err := b.Stop()
	if b.Interception != nil {
		for _, text := range runner.CallNotes(b.Interception().Calls, true) {
			b.say("%s", text)
		}
	}
	return err
}

// died is the error of a bot that has ended while the platform went on.
func (b *beside) died() error {
	d := b.Death()
	return b.clean(sut.Terms{Name: b.command}.Failed(d.Ended()+", and serve with it", "find the cause in its output", d.Output))
}

// bot is what the command after "--" starts; nil without one. With --https the platform
// delivers there whatever the certificate is.
func (f *serveFlags) bot(o *mockplatform.Options) (sut.Receiver, error) {
	switch {
	case f.command != "":
		if f.https {
			o.TLS = suites.AnyTLS(nil)
		}
		return f.receiver()
	case f.url != "":
		if err := delivery.CheckURL(f.url); err != nil {
			return nil, fmt.Errorf("--url %s: %w", f.url, err)
		}
	}
	return nil, nil
}
