package docs_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"
)

// root is the folder of the project.
var root = filepath.Join("..", "..")

// page is README.md, or one of the pages beside this file.
type page struct {
	path     string // from root, with slashes
	blocks   []block
	links    []link
	anchors  []string
	code     []string // what stands between backticks
	unfenced []int    // the lines of code that no fence says the kind of
}

// block is what stands between two fences.
type block struct {
	kind, text string
	line       int
}

// link is the target of a link or a picture.
type link struct {
	target string
	line   int
}

// pages are README.md and all pages here, by the names of their scripts in testdata.
func pages(t *testing.T) map[string]page {
	t.Helper()
	paths, err := filepath.Glob("*.md")
	if err != nil {
		t.Fatal(err)
	}
	read := map[string]page{"README": readPage(t, "README.md")}
	for _, path := range paths {
		read[strings.TrimSuffix(path, ".md")] = readPage(t, "runner/docs/"+path)
	}
	return read
}

func readPage(t *testing.T, path string) page {
	t.Helper()
	source, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(path)))
	if err != nil {
		t.Fatal(err)
	}
	p := page{path: path}
	line := func(offset int) int { return 1 + strings.Count(string(source[:offset]), "\n") }
	at := 1 // the line of the block in which the walk is
	tree := goldmark.New(goldmark.WithExtensions(extension.Table)).Parser().Parse(text.NewReader(source))
	err = ast.Walk(tree, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		if n.Type() == ast.TypeBlock && n.Lines().Len() > 0 {
			at = line(n.Lines().At(0).Start)
		}
		switch n := n.(type) {
		case *ast.FencedCodeBlock:
			p.blocks = append(p.blocks, block{kind: string(n.Language(source)), text: string(n.Lines().Value(source)), line: at})
		case *ast.CodeBlock:
			p.unfenced = append(p.unfenced, at)
		case *ast.Heading:
			p.anchors = append(p.anchors, anchor(words(n, source)))
		case *ast.CodeSpan:
			p.code = append(p.code, words(n, source))
		case *ast.Link:
			p.links = append(p.links, link{string(n.Destination), at})
		case *ast.Image:
			p.links = append(p.links, link{string(n.Destination), at})
		case *ast.HTMLBlock:
			for _, found := range inHTML.FindAllStringSubmatch(string(n.Lines().Value(source)), -1) {
				p.links = append(p.links, link{found[1], at})
			}
		case *ast.RawHTML:
			for _, found := range inHTML.FindAllStringSubmatch(string(n.Segments.Value(source)), -1) {
				p.links = append(p.links, link{found[1], at})
			}
		}
		return ast.WalkContinue, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

var inHTML = regexp.MustCompile(`(?:href|src)="([^"]*)"`)

// words are the words of a node, without what marks them up.
func words(n ast.Node, source []byte) string {
	var b strings.Builder
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if t, ok := n.(*ast.Text); ok && entering {
			b.Write(t.Segment.Value(source))
			if t.SoftLineBreak() {
				b.WriteByte(' ')
			}
		}
		return ast.WalkContinue, nil
	})
	return b.String()
}

// anchor is what GitHub makes of a heading, for links to it.
func anchor(heading string) string {
	kept := regexp.MustCompile(`[^\p{L}\p{N} _-]`).ReplaceAllString(strings.ToLower(heading), "")
	return strings.ReplaceAll(kept, " ", "-")
}
