package command

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/seed-11445fa1/referee/runner/load"
	"github.com/seed-11445fa1/referee/runner/load/k6"
	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/runner/sut"
)

// forK6 reports whether k6 is to send.
func (f *loadFlags) forK6() bool { return f.script != "" || f.manifest != "" }

// checkK6 says what k6 cannot do.
func (f *loadFlags) checkK6() error {
	flag := "--k6"
	if f.script == "" {
		flag = "--k6-operator"
	}
	var problems []error
	wrong := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }
	for _, name := range []string{"command", "image", "build-context"} {
		if strings.HasPrefix(f.origin(name), "flag ") { // in a file it is for other commands
			wrong("%s: k6 starts no receiver: leave --%s out, and give --url", flag, name)
		}
	}
	if f.collectAddr != "" {
		wrong("%s: --addr is where --collect takes receipts and replies: leave it out", flag)
	}
	if f.url == "" && f.manifest != "" {
		wrong("--k6-operator: where to? give --url, as the cluster reaches the webhook")
	}
	if f.findLimit {
		wrong("%s: k6 looks for no limit: leave --find-limit out, and give a rate", flag)
	}
	for name, given := range map[string]bool{
		"console-addr": f.consoleAddr != "", "console-token": f.consoleToken != "", "platform-addr": strings.HasPrefix(f.origin("platform-addr"), "flag "),
	} {
		if given {
			wrong("%s: there is no platform beside k6: leave --%s out; --collect is one", flag, name)
		}
	}
	if f.html != "" {
		wrong("%s: nothing is sent now: leave --html out; `referee report FILE --html PAGE` makes a page of the result that k6 writes", flag)
	}
	for _, own := range []struct{ name, value, instead string }{
		{"ca", f.ca, "k6 trusts what its machine trusts, or what is in the file that its variable SSL_CERT_FILE names"},
		{"server-name", f.serverName, "k6 checks the host of the URL; its option hosts gives that another address"},
		{"client-ca", f.clientCA, "k6 shows the client certificate that its option tlsAuth has"},
	} {
		if own.value != "" {
			wrong("%s: --%s is not for k6: leave it out; %s", flag, own.name, own.instead)
		}
	}
	return errors.Join(problems...)
}

// writeK6 writes what k6 sends by.
func (f *loadFlags) writeK6(h *Host, o load.Options, asserted []load.Assertion) error {
	o.URL = f.url
	if o.URL != "" {
		if err := sut.URL(o.URL).Check(); err != nil {
			return fmt.Errorf("%s: url: %w", f.urlOrigin, err)
		}
	}
	script, err := k6.Script(k6.Options{Load: o, Assertions: asserted, Result: f.result})
	if err != nil {
		return fmt.Errorf("--assert: %w", err)
	}
	if f.manifest != "" {
		manifest, err := k6.Manifest(script, o.URL)
		if err != nil {
			return fmt.Errorf("--k6-operator: %w", err)
		}
		if err := writeText(f.manifest, manifest); err != nil {
			return trouble(err)
		}
		h.note("%s is written; kubectl apply -f %[1]s starts it, where there is a Secret referee with the key app-secret", f.manifest)
	}
	if f.script != "" {
		if err := writeText(f.script, script); err != nil {
			return trouble(err)
		}
		set := []string{"REFEREE_APP_SECRET=…"}
		if o.URL == "" {
			set = append(set, "REFEREE_URL=…")
		}
		h.note("%s is written; k6 run -e %s %[1]s sends it", f.script, strings.Join(set, " -e "))
	}
	return nil
}

func writeText(file string, text []byte) error {
	return report.WriteFile(file, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
}
