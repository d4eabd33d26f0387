package config

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// document is a file with its positions. Its nodes are used instead of decoded
// values: they know where they stand, and keep every digit as it was written.
type document struct {
	file string
	// root has keys and values in turn; nil where the file has only comments.
	root *yaml.Node
}

// ReadYAML reads a file with one YAML document, and returns what stands in it; nil where
// there are only comments. Errors begin with the name of the file.
func ReadYAML(file string) (*yaml.Node, error) {
	data, err := readText(file)
	if err != nil {
		return nil, err
	}
	return one(file, data)
}

// parse reads one YAML document of keys and values. Errors begin with the name
// of the file.
func parse(file string, data []byte) (document, error) {
	d := document{file: file}
	root, err := one(file, data)
	switch {
	case err != nil || root == nil:
		return d, err
	case root.Kind == yaml.MappingNode:
		d.root = root
	case root.ShortTag() != "!!null":
		return d, d.at(root).errorf("this is %s; a configuration has keys and values, such as \"url: http://localhost:3000/webhook\"", Describe(root))
	}
	return d, nil
}

// one reads one YAML document.
func one(file string, data []byte) (*yaml.Node, error) {
	d := document{file: file}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var first, second yaml.Node
	if err := decoder.Decode(&first); errors.Is(err, io.EOF) {
		return nil, nil
	} else if err != nil {
		return nil, d.syntax(err, data)
	}
	if err := decoder.Decode(&second); err == nil {
		return nil, d.at(&second).errorf("a second document begins; a configuration is one")
	} else if !errors.Is(err, io.EOF) {
		return nil, d.syntax(err, data)
	}
	return first.Content[0], nil
}

func (d document) at(n *yaml.Node) position {
	return position{file: d.file, line: n.Line, column: n.Column}
}

// parserError is how the parser words an error; it names no line for the first.
var parserError = regexp.MustCompile(`^yaml: (?:line ([0-9]+): )?(.*)$`)

// tabIndented finds a line that begins with a tab, or with spaces and a tab.
var tabIndented = regexp.MustCompile(`^ *\t\s*[^\s#]`)

// syntax says where the parser stopped, and why.
func (d document) syntax(err error, data []byte) error {
	return SyntaxError(d.file, err, data, "`referee init --output -` shows a whole file")
}

// SyntaxError says where the parser of YAML stopped in the text of a file, and why; advice
// is where a reader finds one that is right.
func SyntaxError(file string, err error, data []byte, advice string) error {
	at, message := position{file: file, line: 1}, err.Error()
	if parts := parserError.FindStringSubmatch(message); parts != nil {
		message = parts[2]
		if line, err := strconv.Atoi(parts[1]); err == nil {
			at.line = line
		}
	}
	// The parser complains about a character that cannot start a token, in a line that
	// looks right in every editor.
	if strings.Contains(message, "cannot start any token") || strings.Contains(message, "tab") {
		for i, line := range strings.Split(string(data), "\n") {
			if i+1 >= at.line && tabIndented.MatchString(line) {
				at.line, at.column = i+1, strings.IndexByte(line, '\t')+1
				return at.errorf("a tab indents this line; YAML is indented with spaces")
			}
		}
	}
	return at.errorf("not YAML: %s; put a value with \": \", brackets or other signs in quotes; %s", message, advice)
}

// Target follows an alias to what it stands for.
func Target(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

// Describe says in words what a node is: "a list".
func Describe(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "keys with values"
	case yaml.SequenceNode:
		return "a list"
	}
	switch tag := n.ShortTag(); tag {
	case "!!null":
		return "empty"
	case "!!str":
		return "a string"
	case "!!int":
		return "a whole number"
	case "!!float":
		return "a number"
	case "!!bool":
		return "true or false"
	case "!!timestamp":
		return "a date"
	default:
		return "tagged " + tag
	}
}
