package runner_test

import (
	"cmp"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/seed-11445fa1/referee/runner"
	"github.com/seed-11445fa1/referee/runner/internal/suttest"
	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/runner/sut"
	"github.com/seed-11445fa1/referee/suites/diagnosis/fixes"
)

// mended are the requirements that a receiver breaks which has the defect of a topic,
// and keeps when the code of its fix is in the place of that.
var mended = map[string][]string{
	"raw-signature":     {"signature.escaped-slash", "signature.spaced", "signature.tampered-added"},
	"wrong-token":       {"handshake.missing-token", "handshake.other-mode", "handshake.token-prefix", "handshake.wrong-token"},
	"acknowledge-first": {"acknowledgement.slow-graph-api"},
	"each-event":        {"envelope.changes-beside", "envelope.several-entries", "envelope.several-events"},
	"dedupe":            {"redelivery.same-bytes", "redelivery.without-mid"},
	"text-timestamps":   {"postback.timestamp.milliseconds-text", "postback.timestamp.seconds", "postback.timestamp.seconds-text"},
	"absent-members":    {"evolution.title-null", "referral.no-source.understood"},
	"user-ref":          {"postback.user-ref-messaging.understood", "reply.somebody"},
	"echoes":            {"reply.echo"},
}

// kept are further requirements that a fix must not break.
var kept = []string{"handshake.challenge", "handshake.no-parameters", "signature.genuine", "signature.missing"}

// fixable are receivers whose parts are fixes, or defects.
type fixable struct {
	stack    fixes.Stack
	run      string // starts the file after it; empty for one that is built
	features []string
	require  func(*testing.T)
}

func program(name, file string) func(*testing.T) {
	return func(t *testing.T) {
		suttest.Require(t, name, func() error { _, err := exec.LookPath(file); return err })
	}
}

func requireExpress(t *testing.T) {
	program("node", "node")(t)
	suttest.Require(t, "express", func() error {
		if expressFrom() == "" {
			return errors.New("it is neither in NODE_PATH nor installed for all")
		}
		return nil
	})
}

func requireFlask(t *testing.T) {
	program("python", "python3")(t)
	suttest.Require(t, "flask", func() error { return exec.CommandContext(t.Context(), "python3", "-c", "import flask").Run() })
}

// TestFixesMend gives receivers one defect each, and then the code of the fix as it
// stands in its file: what was broken has to be kept, and nothing else changed.
func TestFixesMend(t *testing.T) {
	t.Parallel()
	slow(t)
	for _, f := range []fixable{
		{stack: fixes.Node, run: "node", features: []string{"replies", "receipts"}, require: program("node", "node")},
		{stack: fixes.Python, run: "python3", features: []string{"replies", "receipts"}, require: program("python", "python3")},
		{stack: fixes.Go, features: []string{"replies", "receipts"}, require: func(*testing.T) {}},
		{stack: fixes.Express, run: "node", features: []string{"replies"}, require: requireExpress},
		{stack: fixes.Flask, run: "python3", features: []string{"replies"}, require: requireFlask},
	} {
		t.Run(string(f.stack), func(t *testing.T) {
			t.Parallel()
			f.require(t)
			a, err := txtar.ParseFile(filepath.Join("testdata", "fixes", string(f.stack)+".txtar"))
			if err != nil {
				t.Fatal(err)
			}
			all := slices.Clone(kept)
			topics := []string{""}
			for _, part := range a.Files[1:] {
				topics = append(topics, part.Name)
				all = append(all, mended[part.Name]...)
			}
			for _, defect := range topics {
				only := all // without a defect everything has to be kept
				if defect != "" {
					only = append(slices.Clone(kept), mended[defect]...)
				}
				t.Run(cmp.Or(defect, "none"), func(t *testing.T) {
					t.Parallel()
					c := sut.Command{
						Line: f.assemble(t, a, defect), Path: "/webhook",
						Env: map[string]string{"APP_SECRET": "{{.AppSecret}}", "VERIFY_TOKEN": "{{.VerifyToken}}"},
					}
					if f.stack == fixes.Express {
						c.Env["EXPRESS_FROM"] = expressFrom()
					}
					// What is planted is lost for good, and these receivers answer within
					// milliseconds: there is little to wait for.
					r, err := runner.Run(t.Context(), runner.Config{Receiver: c, Features: f.features, Only: only, KeepGoing: true, Patience: 0.2})
					if err != nil {
						t.Fatal(err)
					}
					t.Logf("it was judged within %d ms", r.DurationMS)
					got := broken(r)
					slices.Sort(got)
					if want := mended[defect]; !slices.Equal(got, want) {
						t.Errorf("it breaks %q, and %q is planted", got, want)
					}
					for _, q := range r.Requirements {
						if o := q.Outcome(); slices.Contains(only, q.ID) && o != report.Passed && o != report.Failed && o != report.Warned {
							t.Errorf("%s was not judged: %s", q.ID, q.Reason)
						}
						if slices.Contains(got, q.ID) && !slices.Contains(mended[defect], q.ID) {
							t.Logf("%s: %s %s %+v", q.ID, q.Status, q.Reason, q.Finding)
						}
					}
				})
			}
		})
	}
}

// assemble writes a receiver that has one defect, and fixes in the place of all
// others, and returns the command that starts it.
func (f fixable) assemble(t *testing.T, a *txtar.Archive, defect string) string {
	t.Helper()
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	receiver := a.Files[0]
	var parts []string
	for _, part := range a.Files[1:] {
		code := string(part.Data)
		if part.Name != defect {
			fix, ok := fixes.Fix(part.Name, f.stack)
			if !ok {
				t.Fatalf("there is no fix for %s", part.Name)
			}
			code = fix.Code + "\n"
		}
		parts = append(parts, code)
		if f.stack == fixes.Go {
			write(part.Name+".go", "package main\n\n"+code)
		}
	}
	if f.stack != fixes.Go {
		before, after, ok := strings.Cut(string(receiver.Data), "parts\n")
		if !ok {
			t.Fatal("the receiver has no place for its parts")
		}
		write(receiver.Name, strings.TrimRight(before, "/#")+strings.Join(parts, "\n\n")+after)
		return "exec " + f.run + " '" + filepath.Join(dir, receiver.Name) + "'"
	}
	write(receiver.Name, string(receiver.Data))
	write("go.mod", "module bot\n\ngo 1.22\n")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", "bot", ".")
	build.Dir = dir
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return "exec '" + filepath.Join(dir, "bot") + "'"
}

// expressFrom is a file from which Node finds Express: in a folder of NODE_PATH, or
// where it was installed for all (npm install -g express). Empty where it is not.
func expressFrom() string {
	places := strings.Split(os.Getenv("NODE_PATH"), string(os.PathListSeparator))
	if root, err := exec.Command("npm", "root", "--global").Output(); err == nil {
		places = append(places, strings.TrimSpace(string(root)))
	}
	for _, place := range places {
		if file := filepath.Join(place, "express", "package.json"); place != "" && exists(file) {
			return file
		}
	}
	return ""
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}
