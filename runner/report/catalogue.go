package report

import (
	"fmt"
	"io"
	"strings"
)

// WriteCatalogue writes all requirements as a Markdown page, topic by topic, in
// the order in which they come. about is a paragraph below the title.
func WriteCatalogue(w io.Writer, about string, all []Explanation) error {
	var topics []catalogueTopic
	for _, e := range all {
		if n := len(topics); n == 0 || topics[n-1].name != e.topic() {
			topics = append(topics, catalogueTopic{name: e.topic()})
		}
		last := &topics[len(topics)-1]
		last.all = append(last.all, e)
	}

	var b strings.Builder
	fmt.Fprintf(&b, "# Requirements\n\n%s\n\n| topic | MUST | SHOULD |\n|---|---|---|\n", about)
	for _, t := range append(topics, catalogueTopic{name: "all", all: all}) {
		name := t.name
		if name != "all" {
			name = fmt.Sprintf("[%s](#%[1]s)", name)
		}
		fmt.Fprintf(&b, "| %s | %d | %d |\n", name, t.count(Must), t.count(Should))
	}
	for _, t := range topics {
		fmt.Fprintf(&b, "\n## %s\n", t.name)
		for _, e := range t.all {
			e.writeMarkdown(&b)
		}
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("write the catalogue: %w", err)
	}
	return nil
}

// catalogueTopic are the requirements of one topic.
type catalogueTopic struct {
	name string
	all  []Explanation
}

func (t catalogueTopic) count(level Level) (n int) {
	for _, e := range t.all {
		if e.Level == level {
			n++
		}
	}
	return n
}

// writeMarkdown writes one requirement: its sentence, then what there is to say
// about it, each under its label.
func (e Explanation) writeMarkdown(b *strings.Builder) {
	r := e.Requirement.mapTexts(cleanLine, cleanLine)
	fmt.Fprintf(b, "\n### %s\n\n%s.\n\n", r.ID, markdown(r.Title))
	item := func(label, text string) {
		if text != "" {
			fmt.Fprintf(b, "- **%s:** %s\n", label, text)
		}
	}
	source := "<" + r.Source + ">"
	if r.Quote != "" {
		source += ": “" + markdown(r.Quote) + "”"
	}
	item("Level", fmt.Sprintf("%s, %s", r.Level, r.Basis))
	item("Source", source)
	item("Why", markdown(r.Why))
	item("Remedy", markdown(r.Remedy))
	item("Judged when", markdown(cleanLine(strings.Join(e.JudgedWhen, "; "))))
	if len(e.Wild) > 0 {
		b.WriteString("- **Seen:**\n")
	}
	for _, wild := range e.Wild {
		fmt.Fprintf(b, "  - %s", markdown(cleanLine(wild.Broke)))
		if wild.Report != "" {
			fmt.Fprintf(b, " ([%s](%s))", wild.Report, wild.URL)
		}
		b.WriteByte('\n')
	}
	if len(e.Mutants) > 0 {
		item("Proved by", "`"+strings.Join(e.Mutants, "`, `")+"`")
	}
}

// markdown is text as Markdown shows it unchanged, on one line. What stands
// between backticks is code already.
func markdown(text string) string {
	special := strings.NewReplacer(
		`\`, `\\`, "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", "&lt;", ">", "&gt;", "|", `\|`, "#", `\#`, "~", `\~`,
	)
	parts := strings.Split(text, "`")
	for i := range parts {
		code := i%2 == 1 && i < len(parts)-1 // an open backtick begins nothing
		if !code {
			parts[i] = special.Replace(parts[i])
		}
	}
	return strings.Join(parts, "`")
}
