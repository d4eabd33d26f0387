package reference

import _ "embed" // for the receivers in other languages

var (
	//go:embed receiver.py
	python string

	//go:embed receiver.mjs
	node string
)

// Source is a receiver in another language that promises what this package
// does: one file with nothing but that language's standard library, which reads
// the environment of a receiver that Referee starts. It has no mutants.
type Source struct {
	Language string // "python" or "node"
	File     string // the name of its file
	Run      string // the program that runs the file
	Text     string // of the file
}

// Sources returns the receivers in other languages.
func Sources() []Source {
	return []Source{
		{Language: "node", File: "receiver.mjs", Run: "node", Text: node},
		{Language: "python", File: "receiver.py", Run: "python3", Text: python},
	}
}
