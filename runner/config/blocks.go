package config

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Blocks are the values of a setting that has a form of its own, which who reads it knows:
// each is a file, or stands in the configuration itself.
type Blocks []Block

// Block is one of them.
type Block struct {
	// File is the file that has it.
	File string
	// Node is where it stands in the configuration; nil where it is the whole file.
	Node *yaml.Node
}

// Place says where it stands.
func (b Block) Place() string {
	if b.Node == nil {
		return b.File
	}
	return position{file: b.File, line: b.Node.Line}.String()
}

// blocks is the value of a flag with blocks: --expect FILE, repeated.
type blocks struct{ to *Blocks }

// Set adds files, which commas separate.
func (b blocks) Set(text string) error {
	for file := range strings.SplitSeq(text, ",") {
		if strings.TrimSpace(file) == "" {
			return errors.New("the name of a file is empty")
		}
		*b.to = append(*b.to, Block{File: strings.TrimSpace(file)})
	}
	return nil
}

// Type names the value in the help.
func (b blocks) Type() string { return "FILES" }

// places are where they stand: of several in one file the first, and how many more.
func (b blocks) places() []string {
	places := []string{} // never nil, which is null in JSON
	if b.to == nil {
		return places
	}
	for i, more := 0, 0; i < len(*b.to); i += 1 + more {
		first := (*b.to)[i]
		for more = 0; i+more+1 < len(*b.to) && first.Node != nil && (*b.to)[i+more+1].Node != nil; more++ {
		}
		place := first.Place()
		if more > 0 {
			place += fmt.Sprintf(" and %d more", more)
		}
		places = append(places, place)
	}
	return places
}

// String lists where they stand.
func (b blocks) String() string { return strings.Join(b.places(), ",") }

// setBlocks gives a flag what stands in the file: names of files, and blocks.
func (d document) setBlocks(k Key, b blocks, n *yaml.Node, lookup func(string) (string, bool)) error {
	if n.Kind != yaml.SequenceNode {
		return d.mismatch(strconv.Quote(k.Name), n, k.expected())
	}
	var all Blocks
	var problems []error
	for _, item := range n.Content {
		item = Target(item)
		if item.Kind == yaml.MappingNode {
			all = append(all, Block{File: d.file, Node: item})
			continue
		}
		file, err := d.text("an item of "+strconv.Quote(k.Name), item, "a string, which is the name of a file, or keys with values", []string{"!!str"}, lookup)
		if err == nil && file == "" && lookup != nil {
			err = d.at(item).errorf("the name of a file is empty")
		}
		all, problems = append(all, Block{File: file}), append(problems, err)
	}
	*b.to = all
	return errors.Join(problems...)
}
