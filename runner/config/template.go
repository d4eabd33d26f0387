package config

import (
	"bytes"
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

// Line is a setting that Template sets.
type Line struct {
	// Key is the key in the file; a name in a map is a line of its own: env.FB_APP_SECRET.
	Key string
	// Value is taken as it is, dollars included. For a setting that is no string it is
	// written as YAML has it.
	Value string
	// Beside is a comment on the same line. Default: none.
	Beside string
}

// Template is a file that explains every setting. Those with a line are set; the others
// are examples behind a comment sign. The error is of a line that is not UTF-8.
func Template(set []Line) (string, error) {
	var b strings.Builder
	fmt.Fprintf(&b, "# yaml-language-server: $schema=%s\n", schemaURL)
	comment(&b, "#", preamble)
	for _, s := range sections() {
		b.WriteByte('\n')
		comment(&b, "##", s.title)
		for _, k := range s.keys {
			b.WriteByte('\n')
			comment(&b, "#", k.Description())
			given := false
			for _, l := range set {
				key, entry, isEntry := strings.Cut(l.Key, ".")
				if key != k.Name {
					continue
				}
				if isEntry && !given {
					b.WriteString(key + ":\n")
				}
				given = true
				if err := l.write(&b, k, entry); err != nil {
					return "", err
				}
			}
			if !given {
				fmt.Fprintf(&b, "# %s: %s\n", k.Name, k.Example)
			}
		}
	}
	return b.String(), nil
}

// write writes the line: a setting, or an entry of one.
func (l Line) write(b *strings.Builder, k Key, entry string) error {
	if !utf8.ValidString(l.Value) {
		return fmt.Errorf("the value %q of %s is not UTF-8", l.Value, l.Key)
	}
	name, value := k.Name, scalar(escape(l.Value))
	switch k.Default.(type) {
	case bool, int64, float64:
		value = &yaml.Node{Kind: yaml.ScalarNode, Value: l.Value}
	}
	if entry != "" {
		name = entry
		b.WriteString("  ")
	}
	line, err := yaml.Marshal(map[string]*yaml.Node{name: value})
	if err != nil {
		return fmt.Errorf("write the value of %s: %w", l.Key, err)
	}
	b.Write(bytes.TrimRight(line, "\n"))
	if l.Beside != "" {
		b.WriteString(" # " + strings.ReplaceAll(report.Clean(l.Beside), "\n", " "))
	}
	b.WriteByte('\n')
	return nil
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
