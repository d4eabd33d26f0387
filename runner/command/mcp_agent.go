package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/pflag"

	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/runner"
	"github.com/seed-11445fa1/referee/runner/config"
	"github.com/seed-11445fa1/referee/runner/mcp"
	"github.com/seed-11445fa1/referee/runner/payload"
	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites"
)

// agentHost does for an agent what the commands do for a person.
type agentHost struct {
	*Host
	variables []string // that may be set
	file      string   // the configuration file; empty for the one of the folder
}

// referee is one for a call. Nothing of it is printed but warnings.
func (a agentHost) referee(warnings io.Writer) mcp.Referee {
	h := *a.Host
	h.Stdin, h.Stdout, h.Stderr = nil, io.Discard, warnings
	a.Host = &h
	return a
}

// load sets flags from the environment and the configuration, as for a command.
func (a agentHost) load(flags *pflag.FlagSet) (config.Settings, error) {
	if flags.Lookup("config") == nil {
		fileFlag(flags)
	}
	if a.file != "" {
		if err := flags.Set("config", a.file); err != nil {
			return nil, err
		}
	}
	if err := noEmptyValues(flags); err != nil {
		return nil, err
	}
	return config.Load(a.settings(flags, a.variables, config.DefaultFile))
}

// Run implements mcp.Referee.
func (a agentHost) Run(ctx context.Context, settings []mcp.Setting, formats []string, hear mcp.Hearing) (j mcp.Judged, err error) {
	f, flags := flagsOfRun()
	// GitHub is told of the runs of a workflow, and not of those of an agent in it.
	for _, s := range append(settings, mcp.Setting{Name: githubKey, Value: "false"}) {
		if err := flags.Set(s.Name, s.Value); err != nil {
			return j, badArgument(err)
		}
	}
	loaded, err := a.load(flags)
	if err != nil {
		return j, err
	}
	f.urlOrigin = loaded.Origin("url")
	f.again = report.Again{Bare: "referee run"}
	if err := wanted(flags, formats); err != nil {
		return j, err
	}
	started := time.Now()
	if a.begin(flags); f.name() == "" {
		err = fmt.Errorf("nothing says what is judged: %s names no receiver; let `referee init` write one in a shell, or give url, such as http://localhost:3000/webhook, where the bot runs already", textOf(flags, "config"))
	} else {
		j, err = a.judge(ctx, f, flags, hear)
	}
	if err != nil && !errors.Is(err, errInterrupted) {
		// Nobody finds the green reports of the run before.
		err = errors.Join(err, writeUnjudged(flags, unjudged(flags, started, report.NoVerdict, err.Error())))
	}
	return j, err
}

// wanted gives files to reports that have none.
func wanted(flags *pflag.FlagSet, formats []string) error {
	for _, k := range config.Keys() {
		for _, format := range formats {
			if k.Name != format || textOf(flags, format) != "" {
				continue
			}
			if err := flags.Set(format, k.Example); err != nil {
				return err
			}
		}
	}
	return nil
}

func (a agentHost) judge(ctx context.Context, f *runFlags, flags *pflag.FlagSet, hear mcp.Hearing) (j mcp.Judged, err error) {
	c, err := f.config(flags, a.Host)
	if err != nil {
		return j, err
	}
	c.Progress, c.Calibrated, c.Repeating = hear.Progress, hear.Calibrated, hear.Repeating
	defer limitMemory()()
	result, err := runner.Run(ctx, c)
	interrupted := errors.Is(err, runner.ErrInterrupted)
	if err != nil && !interrupted {
		return j, err
	}
	j.Result, j.Code, j.Started = result, runner.ExitCode(result, c, err), f.name() != f.url
	j.Interrupted = interrupted
	if j.Files, err = writeFiles(flags, result, f.page(a.Host)); err != nil {
		return j, err
	}
	if interrupted {
		return j, errInterrupted
	}
	return j, nil
}

// Explain implements mcp.Referee.
func (a agentHost) Explain(id, stack string) (e mcp.Explained, err error) {
	catalogue, all, err := a.requirements()
	if err != nil {
		return e, err
	}
	found, err := explain(catalogue, all, id, stack)
	if err != nil {
		return e, err
	}
	e.Code = found.code
	if found.requirement != nil {
		explanation := runner.Explain(*found.requirement)
		e.Requirement = &explanation
	} else {
		e.Cause = &found.cause
	}
	return e, nil
}

// Catalogue implements mcp.Referee.
func (a agentHost) Catalogue() (*schemas.Catalogue, error) { return a.catalogueOf("") }

// Requirements implements mcp.Referee.
func (a agentHost) Requirements() ([]suites.Requirement, error) {
	_, all, err := a.requirements()
	return all, err
}

// requirements are those for all that Meta sends, and what the configuration expects.
func (a agentHost) requirements() (*schemas.Catalogue, []suites.Requirement, error) {
	catalogue, err := a.Catalogue()
	if err != nil {
		return nil, nil, err
	}
	var expected config.Blocks
	flags := pflag.NewFlagSet("requirements", pflag.ContinueOnError)
	expectFlag(flags, &expected)
	if _, err := a.load(flags); err != nil {
		return nil, nil, err
	}
	all, err := requirementsOf(catalogue, expected)
	return catalogue, all, err
}

// Variant implements mcp.Referee.
func (a agentHost) Variant(id string) (schemas.Variant, error) {
	catalogue, err := a.Catalogue()
	if err != nil {
		return schemas.Variant{}, err
	}
	return variant(catalogue, id)
}

// catalogueOf is what Meta sent on a day, with the folder that the configuration names.
func (a agentHost) catalogueOf(day string) (*schemas.Catalogue, error) {
	var folder string
	flags := pflag.NewFlagSet("variants", pflag.ContinueOnError)
	catalogueFlag(flags, &folder)
	if _, err := a.load(flags); err != nil {
		return nil, err
	}
	return a.catalogue(folder, day)
}

// Validate implements mcp.Referee.
func (a agentHost) Validate(ctx context.Context, sources []payload.Source, asOf string, take func(report.Payload) error) error {
	catalogue, err := a.catalogueOf(asOf)
	if err != nil {
		return err
	}
	return validate(ctx, catalogue, sources, take)
}

// Emit implements mcp.Referee.
func (a agentHost) Emit(ctx context.Context, ask mcp.Emit) (e mcp.Emitted, err error) {
	var f emitFlags
	flags := pflag.NewFlagSet("emit", pflag.ContinueOnError)
	f.declare(flags)
	given := map[string]string{"url": ask.URL, "person": ask.Person}
	if ask.Seed != nil {
		given["seed"] = fmt.Sprint(*ask.Seed)
	}
	if ask.At != nil {
		given["at"] = ask.At.Format(time.RFC3339Nano)
	}
	for name, value := range given {
		if value == "" {
			continue
		}
		if err := flags.Set(name, value); err != nil {
			return e, badArgument(err)
		}
	}
	if _, err := a.load(flags); err != nil {
		return e, err
	}
	if ask.Send && f.url == "" {
		return e, errors.New("where to? give url, such as http://localhost:3000/webhook")
	}
	if err := f.check(); err != nil {
		return e, err
	}
	catalogue, err := a.catalogue(f.folder, "")
	if err != nil {
		return e, err
	}
	v, err := variant(catalogue, ask.Variant)
	if err != nil {
		return e, err
	}
	at, err := f.instant(flags)
	if err != nil {
		return e, err
	}
	f.warnOfVersion(a.Host, at.UTC().Format(time.DateOnly))
	return f.made(ctx, v, at, ask.Send)
}

// made is a delivery of a variant, with the answer if it is sent.
func (f *emitFlags) made(ctx context.Context, v schemas.Variant, at time.Time, send bool) (e mcp.Emitted, err error) {
	platform, d, err := f.delivery(v, at)
	if err != nil {
		return e, err
	}
	defer platform.Close()
	request, err := platform.Request(d)
	if err != nil {
		return e, err
	}
	e = mcp.Emitted{URL: f.url, Body: request.Body, Signature: request.Header.Get("X-Hub-Signature-256")}
	if f.url != "" {
		e.Curl = delivery.Curl(request)
	}
	if !send {
		return e, nil
	}
	attempt, err := platform.Deliver(ctx, d)
	switch {
	case err != nil:
		return e, err
	case attempt.Err != nil:
		return e, fmt.Errorf("send %s to %s: %w", v.ID, f.url, attempt.Err)
	}
	e.Answer = &mcp.Answer{Status: attempt.Answer.Status, Body: attempt.Redact(string(attempt.Answer.Body)), Took: attempt.Timing.FirstByte}
	return e, nil
}

// badArgument says what is wrong with an argument, as with the flag of that name.
func badArgument(err error) error {
	var invalid *pflag.InvalidValueError
	if errors.As(err, &invalid) {
		return fmt.Errorf("--%s is %q; %s", invalid.GetFlag().Name, invalid.GetValue(), expected(invalid))
	}
	return err
}
