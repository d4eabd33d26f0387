package report

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/suites/diagnosis"
)

// The parts of SARIF 2.1.0 that are written:
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool        sarifTool         `json:"tool"`
		Automation  sarifAutomation   `json:"automationDetails"`
		Invocations []sarifInvocation `json:"invocations"`
		Results     []sarifResult     `json:"results"` // [] says that nothing was found
		ColumnKind  string            `json:"columnKind"`
		Properties  map[string]any    `json:"properties"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"version,omitempty"`
		URI     string      `json:"informationUri"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifAutomation struct {
		ID string `json:"id"`
	}
	sarifInvocation struct {
		Successful    bool                `json:"executionSuccessful"`
		Started       string              `json:"startTimeUtc,omitempty"`
		Notifications []sarifNotification `json:"toolExecutionNotifications,omitempty"`
	}
	sarifNotification struct {
		Level   string       `json:"level"`
		Message sarifMessage `json:"message"`
	}
	sarifRule struct {
		ID       string         `json:"id"`
		Short    sarifMessage   `json:"shortDescription"`
		Full     sarifMessage   `json:"fullDescription"`
		HelpURI  string         `json:"helpUri,omitempty"`
		Help     sarifMessage   `json:"help"`
		Default  sarifLevel     `json:"defaultConfiguration"`
		Property map[string]any `json:"properties"`
	}
	sarifLevel struct {
		Level string `json:"level"`
	}
	sarifMessage struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID       string            `json:"ruleId"`
		RuleIndex    int               `json:"ruleIndex"`
		Level        string            `json:"level"`
		Message      sarifMessage      `json:"message"`
		Locations    []sarifLocation   `json:"locations"`
		Fingerprints map[string]string `json:"partialFingerprints"`
		Properties   map[string]any    `json:"properties"`
		// Suppressions say why a result is accepted, by a file beside the code.
		Suppressions []sarifSuppression `json:"suppressions,omitempty"`
	}
	sarifSuppression struct {
		Kind          string `json:"kind"`
		Status        string `json:"status"`
		Justification string `json:"justification"`
	}
	sarifLocation struct {
		Physical sarifPhysical  `json:"physicalLocation"`
		Logical  []sarifLogical `json:"logicalLocations,omitempty"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   *sarifRegion  `json:"region,omitempty"`
	}
	sarifArtifact struct {
		URI  string `json:"uri"`
		Base string `json:"uriBaseId,omitempty"`
	}
	sarifRegion struct {
		StartLine int          `json:"startLine"`
		Snippet   *sarifSource `json:"snippet,omitempty"`
	}
	sarifSource struct {
		Text string `json:"text"`
	}
	sarifLogical struct {
		Name string `json:"fullyQualifiedName"`
	}
)

// WriteSARIF writes causes, and what is red without one, as SARIF 2.1.0 for code scanning.
// Each is a rule of its own, so that it is the same alert in every run. It uses Strict.
func WriteSARIF(w io.Writer, r Result, o Options) error {
	r = cleaned(r)
	run := sarifRun{
		Tool:       sarifTool{sarifDriver{Name: "Referee", Version: r.Tool.Version, URI: "https://github.com/seed-11445fa1/referee", Rules: []sarifRule{}}},
		Automation: sarifAutomation{"referee/"},
		ColumnKind: "unicodeCodePoints",
		Results:    []sarifResult{},
		Properties: map[string]any{"verdict": r.Verdict, "seed": r.Seed, "receiver": r.Receiver.URL},
	}
	invocation := sarifInvocation{Successful: r.Verdict != NoVerdict}
	if !r.Started.IsZero() {
		invocation.Started = r.Started.UTC().Format("2006-01-02T15:04:05.000Z")
	}
	if _, verdict := verdictOf(r); !invocation.Successful || r.Reason != "" {
		invocation.Notifications = []sarifNotification{{"error", sarifText(verdict)}}
	}
	for _, text := range r.Baseline.outdatedEntries() {
		invocation.Notifications = append(invocation.Notifications, sarifNotification{"error", sarifText(text)})
	}
	for _, c := range r.weighed() {
		run.addCause(r, c, o)
		run.accept(r.acceptedFor(c.Explains...))
	}
	_, without := explained(r)
	for _, q := range r.openFirst(without) {
		run.addRequirement(r, q, o)
		run.accept(r.acceptedFor(q.ID))
	}
	for _, q := range ordered(withOutcome(r.Requirements, Errored, NotJudged)) {
		invocation.Notifications = append(invocation.Notifications, sarifNotification{"warning", sarifText(q.ID + " was not judged: " + firstLine(q.reason()))})
	}
	run.Invocations = []sarifInvocation{invocation}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(sarifLog{"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", []sarifRun{run}}); err != nil {
		return fmt.Errorf("write the SARIF report: %w", err)
	}
	return nil
}

func (run *sarifRun) addCause(r Result, c Cause, o Options) {
	properties := map[string]any{"level": c.Level, "proof": c.Proof, "explains": c.Explains, "sent": c.Stimulus, "expected": c.Expected, "actual": c.Actual}
	if c.Reproduce != "" {
		properties["reproduce"] = c.Reproduce
	}
	probable := ""
	if c.Proof == diagnosis.Probable {
		probable = "This is probable, and was not confirmed."
	}
	location, said := r.whereIs(c, c.Explains...)
	run.add(c.ID, c.Level, sentences(c.Title, probable, flakeSentence(properties, r.flakeOf(c.Explains...)), c.Remedy, said), sarifRule{
		Short: sarifText(c.Title), Full: sarifText(sentences(c.Title, c.Why)), Help: sarifText(sentences(c.Why, c.Remedy)),
	}, location, properties, o)
}

func (run *sarifRun) addRequirement(r Result, q Requirement, o Options) {
	properties, remedy := map[string]any{"level": q.Level}, q.Remedy
	if f := q.Finding; f != nil {
		properties["sent"], properties["expected"], properties["actual"] = f.Stimulus, f.Expected, f.Actual
		if f.Remedy != "" {
			remedy = f.Remedy
		}
	}
	location, said := r.whereIs(Cause{}, q.ID)
	run.add(q.ID, q.Level, sentences("Not so: "+q.Title, flakeSentence(properties, r.flakeOf(q.ID)), remedy, said), sarifRule{
		Short: sarifText(q.Title), Full: sarifText(sentences(q.Title, q.Why)), Help: sarifText(sentences(q.Why, remedy)), HelpURI: q.Source,
	}, location, properties, o)
}

// flakeSentence says how often something is so, in the properties too; empty for each time.
func flakeSentence(properties map[string]any, flake string) string {
	if flake == "" {
		return ""
	}
	properties["flake"] = flake
	return "This is a flake, " + flake
}

// add adds a result with a rule of its own.
func (run *sarifRun) add(id string, level Level, message string, rule sarifRule, at sarifLocation, properties map[string]any, o Options) {
	topic, _, _ := strings.Cut(id, ".")
	rule.ID, rule.Default = id, sarifLevel{annotationOf(level, o)}
	rule.Property = map[string]any{"tags": slices.Compact([]string{"webhook", topic}), "precision": "high", "problem.severity": annotationOf(level, o)}
	run.Results = append(run.Results, sarifResult{
		RuleID: id, RuleIndex: len(run.Tool.Driver.Rules), Level: annotationOf(level, o), Message: sarifText(message),
		Locations: []sarifLocation{at}, Fingerprints: map[string]string{"referee/v1": id}, Properties: properties,
	})
	run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, rule)
}

// accept says of the last result why it is accepted, if it is. Code scanning shows what is
// suppressed like everything else, so it is no more than a note there, and says so.
func (run *sarifRun) accept(why string) {
	if why == "" {
		return
	}
	result, rule := &run.Results[len(run.Results)-1], &run.Tool.Driver.Rules[len(run.Tool.Driver.Rules)-1]
	result.Suppressions = []sarifSuppression{{"external", "accepted", why}}
	result.Level, rule.Default.Level = "note", "note"
	rule.Property["problem.severity"] = "recommendation"
	result.Message = sarifMessage{sarifText(sentences(upper(why))).Text + " " + result.Message.Text}
}

// upper begins a sentence.
func upper(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

// sentences joins texts, each with a full stop.
func sentences(texts ...string) string {
	var out []string
	for _, text := range texts {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		if !strings.HasSuffix(text, ".") {
			text += "."
		}
		out = append(out, text)
	}
	return strings.Join(out, " ")
}

// sarifText is a message as it is: with no link in it that its text would make, nor a
// place for an argument.
func sarifText(text string) sarifMessage {
	return sarifMessage{strings.NewReplacer(`\`, `\\`, "[", `\[`, "]", `\]`, "{", "{{", "}", "}}").Replace(strings.TrimSpace(text))}
}
