package anonymise

import (
	"slices"
	"strings"
)

// KeepsField reports whether the values of a header field stay as they are.
func KeepsField(name string) bool {
	return slices.ContainsFunc(stays().Headers, func(stay string) bool { return strings.EqualFold(stay, name) })
}

// isSignature reports whether a header field has a signature of the body.
func isSignature(name string) bool {
	return strings.EqualFold(name, "X-Hub-Signature") || strings.EqualFold(name, "X-Hub-Signature-256")
}

// field is the value of a header field without personal data. Of a signature
// nothing stays but its algorithm: it is made of the body that was replaced, and
// could confirm a guess at it.
func (a *Anonymiser) field(name, value string) string {
	switch {
	case KeepsField(name):
		return value
	case isSignature(name):
		if algorithm, _, found := strings.Cut(value, "="); found && isWord(algorithm) {
			return algorithm + "=…"
		}
		return "…"
	}
	return a.Text(value)
}

// target is the target of a request without personal data: the names of
// parameters stay, and parts of the path that are words.
func (a *Anonymiser) target(target string) string {
	path, query, asked := strings.Cut(target, "?")
	steps := strings.Split(path, "/")
	for i, step := range steps {
		if !isWord(step) {
			steps[i] = a.Text(step)
		}
	}
	path = strings.Join(steps, "/")
	if !asked {
		return path
	}
	parameters := strings.Split(query, "&")
	for i, parameter := range parameters {
		name, value, found := strings.Cut(parameter, "=")
		switch {
		case !found && !isName(name):
			parameters[i] = a.Text(name)
		case found && !slices.Contains(stays().Parameters, name):
			parameters[i] = name + "=" + a.Text(value)
		}
	}
	return path + "?" + strings.Join(parameters, "&")
}
