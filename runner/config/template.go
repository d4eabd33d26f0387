package config

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/seed-11445fa1/referee/runner/report"
	"go.yaml.in/yaml/v3"
)

// schemaURL is where editors find the schema of the file.
const schemaURL = "https://raw.githubusercontent.com/seed-11445fa1/referee/main/schemas/formats/config.schema.json"

// templateWidth is the width of comments, in columns.
const templateWidth = 88

// preamble says how the file works.
const preamble = "Settings of `referee run`. Each is a flag and an environment variable too: app-secret is " +
	"--app-secret and REFEREE_APP_SECRET. A flag wins over the environment, which wins over this " +
	"file; `referee config` shows what holds, and where it comes from. ${NAME} in a value is taken " +
	"from the environment, ${NAME:-text} with a text for when it is not set, and $$ is a dollar. " +
	"Relative paths start at the folder in which Referee runs."

// Template is a file that explains every setting. Those with a value are set; the
// others are examples behind a comment sign. Values are texts, for settings that
// are strings; they are taken as they are, dollars included. The error is of a
// value that is not UTF-8.
func Template(values map[string]string) (string, error) {
	var b strings.Builder
	fmt.Fprintf(&b, "# yaml-language-server: $schema=%s\n", schemaURL)
	comment(&b, "#", preamble)
	for _, s := range sections() {
		b.WriteByte('\n')
		comment(&b, "##", s.title)
		for _, k := range s.keys {
			b.WriteByte('\n')
			comment(&b, "#", k.Description())
			text, set := values[k.Name]
			if !set {
				fmt.Fprintf(&b, "# %s: %s\n", k.Name, k.Example)
				continue
			}
			if !utf8.ValidString(text) {
				return "", fmt.Errorf("the value %q of %s is not UTF-8", text, k.Name)
			}
			line, err := yaml.Marshal(map[string]*yaml.Node{k.Name: scalar(escape(text))})
			if err != nil {
				return "", fmt.Errorf("write the value of %s: %w", k.Name, err)
			}
			b.Write(line)
		}
	}
	return b.String(), nil
}

// scalar is a text as a YAML value on one line. Left to itself, the encoder
// writes some texts of several lines so that it cannot read them again.
func scalar(text string) *yaml.Node {
	n := &yaml.Node{}
	n.SetString(text)
	if strings.ContainsFunc(text, unicode.IsControl) {
		n.Style = yaml.DoubleQuotedStyle
	}
	return n
}

// comment writes text behind comment signs, in lines of templateWidth.
func comment(b *strings.Builder, sign, text string) {
	for _, line := range report.Wrap(text, templateWidth-len(sign)-1) {
		b.WriteString(sign + " " + line + "\n")
	}
}
