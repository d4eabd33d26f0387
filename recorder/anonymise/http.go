package anonymise

import (
	"regexp"
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/recorder/capture"
)

func (a *Anonymiser) message(m *capture.Message) {
	if m.Method != "" && !slices.Contains(stays().Methods, m.Method) {
		m.Method = a.Text(m.Method)
	}
	m.Target = a.target(m.Target)
	if !isProtocol(m.Proto) {
		m.Proto = a.Text(m.Proto)
	}
	parts := ""
	for i, f := range m.Header {
		if strings.EqualFold(f.Name, "Content-Type") {
			parts = boundaryOf(f.Value)
		}
		m.Header[i].Value = a.field(f.Name, f.Value)
	}
	if parts != "" {
		m.Body = a.multipart(m.Body, parts)
		return
	}
	m.Body = a.Body(m.Body)
}

var isProtocol = regexp.MustCompile(`^(HTTP/[0-9]\.[0-9])?$`).MatchString

// StaysAsSent reports whether a value of a header field in a capture may be sent
// again: it was not replaced, or it is one that the body agrees with.
func StaysAsSent(name, value string) bool {
	switch {
	case strings.EqualFold(name, "User-Agent"):
		return slices.Contains(stays().Agents, value)
	case strings.EqualFold(name, "Content-Type"):
		return true
	}
	return isIn(stays().Headers, name)
}

var signatureFields = []string{"X-Hub-Signature", "X-Hub-Signature-256"}

// isSignature reports whether a header field has a signature of the body.
func isSignature(name string) bool { return isIn(signatureFields, name) }

// field is the value of a header field without personal data. Of a signature
// nothing stays but its algorithm: it is made of the body that was replaced, and
// could confirm a guess at it.
func (a *Anonymiser) field(name, value string) string {
	switch {
	case isSignature(name):
		if algorithm, _, _ := strings.Cut(value, "="); algorithm == "sha1" || algorithm == "sha256" {
			return algorithm + "=…"
		}
		return "…"
	case a.keep.fields[strings.ToLower(name)]:
		return value
	case strings.EqualFold(name, "Content-Type"):
		return a.mediaType(value)
	case strings.EqualFold(name, "Host"):
		return a.host(value)
	case StaysAsSent(name, value):
		return value
	}
	return a.Text(value)
}

// Failure returns why an exchange failed, without the parts of messages that the
// text quotes and the addresses that it names.
func (a *Anonymiser) Failure(text string) string {
	return quotation.ReplaceAllStringFunc(text, func(part string) string {
		switch {
		case isProtocol(part):
			return part
		case part[0] == '"':
			return a.Text(part)
		}
		return a.host(part)
	})
}

// quotation finds protocols, which stay, what is quoted, and addresses.
var quotation = regexp.MustCompile(`HTTP/[0-9]\.[0-9]|"(?:[^"\\]|\\.)*"|\[[0-9a-fA-F:.]+\](?::[0-9]+)?|[\w%-]+(?:\.[\w%-]+)+(?::[0-9]+)?`)
