package mcp

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/google/jsonschema-go/jsonschema"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/suites"
)

// runArguments are those of the tool run. What has no description here is a setting, and
// has its.
type runArguments struct {
	Reference bool     `json:"reference,omitempty"`
	URL       string   `json:"url,omitempty" jsonschema:"Judge the bot that runs at this address of this machine already, such as http://localhost:3000/webhook. Default: the bot that referee.yaml names."`
	Only      []string `json:"only,omitempty"`
	Skip      []string `json:"skip,omitempty"`
	Features  []string `json:"features,omitempty"`
	Strict    *bool    `json:"strict,omitempty"`
	KeepGoing *bool    `json:"keep_going,omitempty"`
	AsOf      string   `json:"as_of,omitempty"`
	Evolve    int      `json:"evolve,omitempty"`
	Seed      *int64   `json:"seed,omitempty"`
	TimeLimit int      `json:"time_limit_seconds,omitempty" jsonschema:"How long the run may take, in seconds. What was not judged by then is not judged. Default: 600, or what referee.yaml says."`
	Reports   []string `json:"reports,omitempty" jsonschema:"Write these reports to files for people and tools, where referee.yaml says or else in out. The answer has their paths."`
	Causes    int      `json:"causes,omitempty" jsonschema:"How many causes the answer has; result has the others."`
}

// What a run may be asked for.
const (
	maxSeed      = 1 << 31
	maxEvolve    = 10000
	maxTimeLimit = 24 * 60 * 60 // seconds
	maxWords     = 100          // in a list
)

func (s *Server) addRun() {
	var formats []string
	for _, f := range report.Formats() {
		formats = append(formats, f.Key)
	}
	add(s, &sdk.Tool{
		Name: "run", Title: "Judge the bot",
		Description: `Judge the bot of this folder: start it as referee.yaml says, send it what Meta sends, and say what is wrong. Answers with the verdict and the causes that matter most, each with its place in the code and what to do; one cause breaks many requirements, so mend the first and run again. Takes seconds to minutes; with only, less. It sends requests to the bot and writes the reports that are asked for, and nothing else. Cancelling ends the run and the bot that it started.`,
		Annotations: &sdk.ToolAnnotations{DestructiveHint: new(false), OpenWorldHint: new(true)},
		InputSchema: input[runArguments](map[string]func(*jsonschema.Schema){
			"only": most(maxWords), "skip": most(maxWords), "features": oneOf(suites.Features()), "reports": oneOf(formats),
			"evolve": between(0, maxEvolve, 0), "seed": between(0, maxSeed, -1), "time_limit_seconds": between(1, maxTimeLimit, 0), "causes": between(1, mostCauses, usualCauses),
		}),
	}, s.run)
}

func (s *Server) run(ctx context.Context, c *call, in runArguments) (runAnswer, error) {
	if in.URL != "" {
		if err := allowURL("url", in.URL); err != nil {
			return runAnswer{}, err
		}
	}
	if !s.running.TryLock() {
		return runAnswer{}, errors.New("a run is under way, and two would disturb each other: wait for its answer, or cancel it")
	}
	defer s.running.Unlock()
	s.keep(nil) // nobody takes what the run before found for what this one did
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(s.left, cancel)() // nobody waits minutes for who has gone
	current := &underWay{ctx: ctx, ended: make(chan struct{})}
	s.goesOn(current)
	defer func() { s.goesOn(nil); close(current.ended) }()
	p := s.newProgress(ctx, c)
	p.begin()
	judged, err := c.Run(ctx, in.settings(), in.Reports, Hearing{Progress: p, Calibrated: p.calibrated, Repeating: p.repeating})
	if judged.Interrupted {
		s.keep(&judged)
	}
	switch {
	case err != nil && s.left.Err() != nil:
		return runAnswer{}, fmt.Errorf("the run ended because the client closed its output: it has to stay open until the answer has come: %w", err)
	case err != nil:
		return runAnswer{}, err
	}
	s.keep(&judged)
	return s.newRunAnswer(judged, in.Causes, c.notes()), nil
}

// keep keeps what a run came to for result.
func (s *Server) keep(j *Judged) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = j
}

// goesOn says which run is under way; nil when none is.
func (s *Server) goesOn(u *underWay) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.current = u
}

// settings are the arguments as settings of a run.
func (in runArguments) settings() []Setting {
	var all []Setting
	set := func(given bool, name string, value any) {
		if given {
			all = append(all, Setting{name, fmt.Sprint(value)})
		}
	}
	set(in.Reference, "reference", in.Reference)
	set(in.URL != "", "url", in.URL)
	set(len(in.Only) > 0, "only", strings.Join(in.Only, ","))
	set(len(in.Skip) > 0, "skip", strings.Join(in.Skip, ","))
	set(len(in.Features) > 0, "features", strings.Join(in.Features, ","))
	// False counts too: it goes before what the configuration says.
	for name, given := range map[string]*bool{"strict": in.Strict, "keep-going": in.KeepGoing} {
		if given != nil {
			set(true, name, *given)
		}
	}
	set(in.AsOf != "", "as-of", in.AsOf)
	set(in.Evolve > 0, "evolve", in.Evolve)
	if in.Seed != nil {
		set(true, "seed", *in.Seed)
	}
	set(in.TimeLimit > 0, "time-limit", fmt.Sprintf("%ds", in.TimeLimit))
	return all
}

// runAnswer is what the tool run answers.
type runAnswer struct {
	Verdict  report.Verdict `json:"verdict" jsonschema:"conformant, accepted and partial are good; nonconformant and outdated are not; inconclusive, empty and error say too little"`
	Sentence string         `json:"sentence"`
	ExitCode int            `json:"exit_code" jsonschema:"that of referee run: 0 good, 1 a MUST is broken, 3 no verdict, 4 nothing was judged"`
	Counts   report.Counts  `json:"counts" jsonschema:"requirements by what became of them"`
	page
	Receiver string       `json:"receiver,omitempty"`
	Reports  []reportFile `json:"reports,omitempty"`
	Notes    []string     `json:"notes,omitempty"`
}

// reportFile is a report on disk.
type reportFile struct {
	Format string `json:"format"`
	Path   string `json:"path"`
}

const (
	mostNotes   = 4
	mostReports = 10
)

func (s *Server) newRunAnswer(j Judged, causes int, warnings []string) runAnswer {
	a := runAnswer{
		Verdict: j.Result.Verdict, Sentence: short(j.Result.Sentence(), mostBody), ExitCode: j.Code, Counts: j.Result.Counts,
		Receiver: line(j.Result.Receiver.URL, mostLine), Notes: warnings,
	}
	if j.Result.Receiver.Stack != "" {
		a.Receiver += ", " + line(j.Result.Receiver.Stack, mostLine)
	}
	for _, note := range j.Result.Receiver.Notes {
		if len(a.Notes) < mostNotes {
			a.Notes = append(a.Notes, line(note, mostSentence))
		}
	}
	files, _ := few(j.Files, mostReports)
	for _, f := range files {
		path := f.Path
		if !filepath.IsAbs(path) {
			path = filepath.Join(s.options.Folder, path)
		}
		a.Reports = append(a.Reports, reportFile{f.Key, line(path, mostSentence)})
	}
	a.page = pageOf(j.Result, 0, causes, func(p page) bool { a.page = p; return fits(a) })
	return a
}

func (a runAnswer) text() string {
	var l lines
	l.add(a.Sentence)
	l.WriteString(a.page.text())
	for _, f := range a.Reports {
		l.add("report ", f.Format, ": ", f.Path)
	}
	l.all("note: ", a.Notes)
	return l.String()
}
