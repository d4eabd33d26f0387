package report

import (
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform/redact"
)

// Redact returns a copy of the result in which Redactor has replaced the secrets.
// Identifiers (ids, topics, levels, statuses, features) stay as they are: they
// come from the catalogue and are compared by other tools.
func Redact(result Result, secrets ...string) Result {
	return result.mapTexts(Redactor(secrets).Replace, asItIs)
}

func asItIs(word string) string { return word }

// Redactor is that of package redact, which finds secrets in texts that are cleaned too.
func Redactor(secrets []string) *strings.Replacer {
	var all []string
	for _, secret := range secrets {
		all = append(all, secret, Clean(secret))
	}
	return redact.Redactor(all)
}
