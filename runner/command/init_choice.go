package command

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/seed-11445fa1/referee/runner/config"
	"github.com/seed-11445fa1/referee/runner/discover"
)

// verifyToken is the setting of the token that a handshake is made with.
const verifyToken = "verify-token"

// originDefault is the origin of a setting that nobody gave.
const originDefault = "default"

// choice is what a new configuration is made of: what was given counts more than what was
// answered, and that more than what the project says.
type choice struct {
	given, answered []config.Line
	project         discover.Project
}

// placeholders stand for what a variable of the bot's has to hold.
var placeholders = map[discover.Meaning]string{
	discover.AppSecret: "{{.AppSecret}}", discover.VerifyToken: "{{.VerifyToken}}", discover.PageToken: "{{.PageToken}}",
	discover.PageID: "{{.PageID}}", discover.AppID: "{{.AppID}}", discover.GraphURL: "{{.GraphURL}}", discover.Port: "{{.Port}}", discover.Address: "{{.Port}}",
}

// value is what was given or answered for a setting.
func (c *choice) value(key string) (string, bool) {
	for _, l := range slices.Concat(c.given, c.answered) {
		if l.Key == key {
			return l.Value, true
		}
	}
	return "", false
}

func (c *choice) has(key string) bool {
	_, ok := c.value(key)
	return ok
}

// chosen reports whether somebody said what is judged.
func (c *choice) chosen() bool {
	return slices.ContainsFunc([]string{"url", "command", "image", "build-context"}, c.has)
}

// receiver reports whether it is known what is judged.
func (c *choice) receiver() bool {
	return c.chosen() || c.project.Command.Found() || c.project.BuildContext.Found()
}

// lines are the settings of the file.
func (c *choice) lines() []config.Line {
	lines := slices.Concat(c.given, c.answered)
	add := func(key, value, evidence string) {
		if value != "" && !c.has(key) {
			lines = append(lines, config.Line{Key: key, Value: value, Beside: evidence})
		}
	}
	fact := func(key string, f discover.Fact) { add(key, f.Value, f.Evidence) }
	p := c.project
	if !c.chosen() {
		if workdir, ok := c.value("workdir"); ok && p.BuildContext.Found() {
			p.BuildContext.Value = workdir
		}
		fact("command", p.Command)
		fact("build-context", p.BuildContext)
		fact("port", p.Port)
		fact("ready-timeout", p.Slow)
	}
	fact("path", p.Path)
	for _, v := range p.Variables {
		if v.Name != "PORT" { // which each bot gets
			add("env."+v.Name, v.Prefix+placeholders[v.Meaning]+v.Suffix, v.Evidence)
		}
	}
	for _, w := range p.Written {
		if w.Meaning == discover.VerifyToken {
			add(verifyToken, w.Value, w.Evidence)
		}
	}
	return lines
}

// table shows the settings of the file, and where they come from.
func (c *choice) table(w io.Writer) {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, l := range c.lines() {
		key, entry, _ := strings.Cut(l.Key, ".")
		value := fmt.Sprint(config.Setting{Value: l.Value, Secret: key == verifyToken}.Public())
		if entry != "" {
			value = entry + "=" + l.Value
			if l.Beside == "" {
				value = entry + "=…" // a value that somebody gave may be a secret
			}
		}
		fmt.Fprintf(table, "  %s\t%s", oneLine(key), oneLine(value))
		if l.Beside != "" {
			fmt.Fprintf(table, "\t%s", oneLine(l.Beside))
		}
		fmt.Fprintln(table)
	}
	_ = table.Flush() // into memory
}

// agreed is a secret that the bot and Referee have to agree about.
type agreed struct {
	meaning discover.Meaning
	name    string
	setting string
}

// needed are the secrets without which a bot that checks what it gets refuses all of it.
func needed() []agreed {
	return []agreed{
		{discover.AppSecret, "app secret", "app-secret"}, {discover.VerifyToken, "verify token", verifyToken}, {discover.PageToken, "page token", "page-token"},
	}
}

// written is where a secret stands in the source of the bot.
func (c *choice) written(m discover.Meaning) (evidence string, ok bool) {
	for _, w := range c.project.Written {
		if w.Meaning == m {
			return w.Evidence, true
		}
	}
	return "", false
}

// lacks reports whether nothing of the bot's has a meaning: no variable, and no text in its
// source.
func (c *choice) lacks(m discover.Meaning) bool {
	if _, ok := c.written(m); ok {
		return false
	}
	return len(c.project.Named(m)) == 0 && !c.maps(m)
}

// maps reports whether somebody said in which variable the bot gets something.
func (c *choice) maps(m discover.Meaning) bool {
	return slices.ContainsFunc(slices.Concat(c.given, c.answered), func(l config.Line) bool {
		return strings.HasPrefix(l.Key, "env.") && strings.Contains(l.Value, placeholders[m])
	})
}

// missing says what the file does not have, and what to do.
func (c *choice) missing() []string {
	if c.has("url") {
		return []string{"what a bot that runs already was given; say it in app-secret, verify-token and page-token"}
	}
	var all []string
	if !c.receiver() {
		all = append(all, "what starts the bot; write it in command")
	}
	if !c.chosen() && c.project.PortUnknown && !c.has("port") && !c.maps(discover.Port) {
		all = append(all, fmt.Sprintf("the port, and the bot gets it in PORT; where it listens on a fixed one, write that in port, and where it reads another variable, write that in env, with %q", placeholders[discover.Port]))
	}
	if !c.has("path") && !c.project.Path.Found() {
		all = append(all, "the path of the webhook, and /webhook is taken; write another in path")
	}
	if unsure := c.project.Unsure; unsure != "" && !c.has("path") {
		all = append(all, fmt.Sprintf("what stands before the path %s of %s: %s; write the whole path in path", c.project.Path.Value, c.project.Path.Evidence, unsure))
	}
	for _, n := range needed() {
		if c.lacks(n.meaning) {
			all = append(all, fmt.Sprintf("the variable of the %s; where the bot reads one, write it in env, with %q", n.name, placeholders[n.meaning]))
		}
	}
	return all
}

// notes say what else there is to know.
func (c *choice) notes() []string {
	notes := slices.Clone(c.project.Notes)
	for _, n := range needed() {
		if evidence, ok := c.written(n.meaning); ok && n.setting != verifyToken {
			notes = append(notes, fmt.Sprintf("%s has the %s written in, and secrets are not copied; let the bot read it from a variable, or set %s to it", evidence, n.name, config.Variable(n.setting)))
		}
	}
	return notes
}
