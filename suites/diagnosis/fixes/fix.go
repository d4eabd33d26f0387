package fixes

import (
	"embed"
	"strings"
)

//go:embed */*.md
var files embed.FS

// Text is how one defect is fixed in one stack.
type Text struct {
	// Prose is a sentence or two about what has to change, on one line.
	Prose string `json:"prose"`
	// Language is that of the code, as Markdown calls it: "js", "py", "ini".
	Language string `json:"language"`
	// Code is to be pasted. It ends without a line feed.
	Code string `json:"code"`
}

// Fix is how a defect is fixed in a stack: by the file for the stack, or the one
// for its language. It is false for a topic or a stack that is not known.
func Fix(topic string, s Stack) (Text, bool) {
	language, known := languages[s]
	if !known {
		return Text{}, false
	}
	for _, name := range []string{string(s), language} {
		file, err := files.ReadFile(topic + "/" + name + ".md")
		if err == nil {
			return parse(string(file)), true
		}
	}
	return Text{}, false
}

// parse takes a file apart: prose, then a block of code. A test checks that all
// files have this form.
func parse(file string) Text {
	prose, rest, _ := strings.Cut(file, "\n```")
	language, rest, _ := strings.Cut(rest, "\n")
	code, _, _ := strings.Cut(rest, "\n```")
	return Text{
		Prose:    strings.Join(strings.Fields(prose), " "),
		Language: strings.TrimSpace(language),
		Code:     code,
	}
}
