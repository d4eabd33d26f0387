// Package k6 writes loads for k6, an engine of loads that runs on many machines. What it
// writes needs nothing but k6 itself, version 1 or 2: the script has the templates, and
// makes of the number of an iteration the delivery that package series makes of it.
//
//	load.Options, series.Recipe ─ Script ▶ script.js ─ k6, an instance a segment ▶ deliveries, a result each
//	                                            └──── Manifest ▶ a TestRun for k6-operator
//
// k6 tells a script no planned instants. So latency counts from the beginning of a
// delivery, and what no virtual user is free for at its instant is dropped at once.
package k6

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/series"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
	"github.com/seed-11445fa1/referee/runner/load"
)

// Options say what a script does.
type Options struct {
	// Load is what is sent, where and how fast. Its URL may be empty: it is then given to k6.
	Load load.Options
	// Assertions are what k6 holds the result to.
	Assertions []load.Assertion
	// Result is the file that the result is written to. Default "load-result.json".
	Result string
}

//go:embed script.js
var script string

// told is the time in which a collector has to answer.
const told = 30 * time.Second

// contents are what stands for LOAD in the script.
type contents struct {
	URL        string                       `json:"url"`
	Result     string                       `json:"result"`
	Deadline   string                       `json:"deadline"`
	Told       string                       `json:"told_within"`
	First      uint64                       `json:"first"`
	Duplicates int                          `json:"duplicates"` // of a million
	Open       bool                         `json:"open"`
	Scenario   scenario                     `json:"scenario"`
	Thresholds map[string][]string          `json:"thresholds"`
	Assertions []threshold                  `json:"assertions"`
	Headers    map[string]map[string]string `json:"headers"` // by style
	Series     *load.Identity               `json:"series"`
	Recipe     series.Recipe                `json:"recipe"`
}

// Script writes a script. The error says which assertion k6 cannot judge.
func Script(o Options) ([]byte, error) {
	completed, err := o.Load.Complete()
	if err != nil {
		return nil, err
	}
	scenario := newScenario(completed, o.Load.Concurrency)
	o.Load = completed
	c := contents{
		URL: o.Load.URL, Result: o.Result, Deadline: o.Load.AckDeadline.String(), Told: told.String(), First: o.Load.First, Duplicates: o.Load.Duplicates,
		Open: len(o.Load.Stages) > 0, Scenario: scenario, Headers: map[string]map[string]string{}, Series: load.IdentityOf(o.Load.Series), Recipe: o.Load.Series.Recipe(),
	}
	if c.Result == "" {
		c.Result = "load-result.json"
	}
	if c.Thresholds, c.Assertions, err = thresholds(o.Assertions); err != nil {
		return nil, err
	}
	for _, style := range []wire.Style{wire.Messaging, wire.Generic} {
		c.Headers[style.String()] = header(wire.Heading{Style: style, Version: o.Load.GraphVersion, Day: o.Load.Day})
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(c); err != nil {
		return nil, err
	}
	return bytes.Replace([]byte(script), []byte("= LOAD;"), append([]byte("= "), append(bytes.TrimSpace(text.Bytes()), ';')...), 1), nil
}

// header is that of deliveries without their signatures.
func header(of wire.Heading) map[string]string {
	fields := wire.DeliveryHeader(of, nil)
	fields.Del("X-Hub-Signature")
	fields.Del("X-Hub-Signature-256")
	all := map[string]string{}
	for _, f := range fields {
		all[f.Name] = f.Value
	}
	return all
}
