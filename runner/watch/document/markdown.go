package document

import (
	"bytes"
	"mime"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	tables "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
	"golang.org/x/net/html"
)

// Page is a page of documentation.
type Page struct {
	// Updated is the day on which the page says that it was updated, as
	// "2006-01-02"; empty if it does not say it.
	Updated string
	// Blocks are its blocks of code, in their order.
	Blocks []Block
	// Lines are what stands around them, a line each, without space around it and
	// without the queries of addresses, which change with every request.
	Lines []string

	tables []table
}

// Block is a block of code, fenced, indented, or between <pre> and </pre>.
type Block struct {
	// Line is its first line in the page, from 1.
	Line int
	// Under is the heading above it, with those above that one: "Examples > Ads".
	Under string
	// Language is what the fence says: "json", "curl"; often it says nothing.
	Language string
	Text     string
}

// table is a table; the first of its rows is the header.
type table struct {
	under string
	rows  [][]string
}

// IsHTML reports whether an answer is HTML and no Markdown.
func IsHTML(contentType string, body []byte) bool {
	if media, _, err := mime.ParseMediaType(contentType); err == nil && (media == "text/html" || media == "application/xhtml+xml") {
		return true
	}
	start := bytes.ToLower(bytes.TrimSpace(body[:min(len(body), 512)]))
	return bytes.HasPrefix(start, []byte("<!doctype html")) || bytes.HasPrefix(start, []byte("<html"))
}

// Markdown reads a page.
func Markdown(source []byte) Page {
	source = singleFences(source)
	r := &reader{source: source}
	root := goldmark.New(goldmark.WithExtensions(extension.Table)).Parser().Parse(text.NewReader(source))
	// The visitor returns no error, and so does Walk.
	_ = ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			r.visit(n)
		}
		return ast.WalkContinue, nil
	})
	r.text()
	return r.page
}

// singleFences empties the inner ones of fences that are printed twice, one directly
// below the other: in Markdown the code between them would be no code.
func singleFences(source []byte) []byte {
	lines := bytes.SplitAfter(source, []byte("\n"))
	fence := func(i int) bool { return i < len(lines) && string(bytes.TrimSpace(lines[i])) == "```" }
	opens := func(i int) bool {
		line := bytes.TrimSpace(lines[i])
		return bytes.HasPrefix(line, []byte("```")) && !bytes.Contains(line[3:], []byte("`"))
	}
	for i := 0; i < len(lines); i++ {
		if !opens(i) {
			continue
		}
		end := i + 1
		twice := fence(end)
		if twice {
			end++
		}
		for end < len(lines) && !fence(end) {
			end++
		}
		if twice && fence(end+1) && end > i+2 {
			lines[i+1], lines[end] = []byte("\n"), []byte("\n")
			end++
		} else if twice {
			end = i + 1 // an empty block
		}
		i = end
	}
	return bytes.Join(lines, nil)
}

type reader struct {
	source   []byte
	page     Page
	headings [7]string // by level
	code     []span    // where blocks of code are
}

// span is a part of the source.
type span struct{ from, to int }

func (r *reader) visit(n ast.Node) {
	switch n := n.(type) {
	case *ast.Heading:
		r.headings[n.Level] = r.plain(n)
		clear(r.headings[n.Level+1:])
	case *ast.FencedCodeBlock:
		r.block(n.Lines(), string(n.Language(r.source)))
	case *ast.CodeBlock:
		r.block(n.Lines(), "")
	case *ast.HTMLBlock:
		if lines := n.Lines(); lines.Len() > 0 {
			r.preformatted(lines.At(0).Start, lines.At(lines.Len()-1).Stop)
		}
	case *tables.Table:
		t := table{under: r.under()}
		for row := n.FirstChild(); row != nil; row = row.NextSibling() {
			var cells []string
			for cell := row.FirstChild(); cell != nil; cell = cell.NextSibling() {
				cells = append(cells, r.plain(cell))
			}
			t.rows = append(t.rows, cells)
		}
		r.page.tables = append(r.page.tables, t)
	}
}

// under names the headings below the page's title.
func (r *reader) under() string {
	levels := r.headings[2:]
	if !slices.ContainsFunc(levels, func(h string) bool { return h != "" }) {
		levels = r.headings[1:2]
	}
	return strings.Join(slices.DeleteFunc(slices.Clone(levels), func(h string) bool { return h == "" }), " > ")
}

// plain is the text of a heading or a cell.
func (r *reader) plain(n ast.Node) string {
	var b strings.Builder
	// The visitor returns no error, and so does Walk.
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			switch n := n.(type) {
			case *ast.Text:
				b.Write(n.Segment.Value(r.source))
				if n.SoftLineBreak() {
					b.WriteByte(' ')
				}
			case *ast.AutoLink:
				b.Write(n.Label(r.source))
			case *ast.RawHTML:
				b.WriteByte(' ')
			}
		}
		return ast.WalkContinue, nil
	})
	return strings.Join(strings.Fields(html.UnescapeString(strings.ReplaceAll(b.String(), `\`, ""))), " ")
}

func (r *reader) block(lines *text.Segments, language string) {
	if lines.Len() == 0 {
		return
	}
	var b strings.Builder
	for _, s := range lines.Sliced(0, lines.Len()) {
		b.Write(s.Value(r.source))
	}
	r.add(span{lines.At(0).Start, lines.At(lines.Len() - 1).Stop}, language, b.String())
}

func (r *reader) add(at span, language, text string) {
	r.code = append(r.code, at)
	r.page.Blocks = append(r.page.Blocks, Block{
		Line: 1 + bytes.Count(r.source[:at.from], []byte("\n")), Under: r.under(), Language: strings.ToLower(language), Text: text,
	})
}

var (
	opening = regexp.MustCompile(`(?i)<pre\b[^>]*>`)
	closing = regexp.MustCompile(`(?i)</pre>`)
)

// preformatted takes the blocks between <pre> and </pre> out of HTML. In Markdown an
// empty line can end HTML; the block goes on to its </pre> all the same.
func (r *reader) preformatted(from, to int) {
	for from < to {
		start := opening.FindIndex(r.source[from:to])
		if start == nil {
			return
		}
		inner := from + start[1]
		end := closing.FindIndex(r.source[inner:])
		if end == nil {
			end = []int{to - inner, to - inner}
		}
		if !slices.ContainsFunc(r.code, func(s span) bool { return s.from <= inner && inner < s.to }) {
			r.add(span{inner, inner + end[0]}, "", strings.TrimLeft(htmlText(string(r.source[inner:inner+end[0]])), "\n"))
		}
		from = inner + end[1]
	}
}

// htmlText is the text of HTML, its entities decoded.
func htmlText(source string) string {
	var b strings.Builder
	for z := html.NewTokenizer(strings.NewReader(source)); ; {
		switch z.Next() {
		case html.ErrorToken:
			return b.String()
		case html.TextToken:
			b.Write(z.Text())
		case html.StartTagToken, html.SelfClosingTagToken:
			if name, _ := z.TagName(); string(name) == "br" {
				b.WriteByte('\n')
			}
		}
	}
}

var (
	updated = regexp.MustCompile(`^[*_]*Updated:?[*_]*:?\s+([A-Z][a-z]+ [0-9]{1,2}, [0-9]{4})`)
	query   = regexp.MustCompile(`(https?://[^\s)\]"'>?]+)\?[^\s)\]"'>]*`)
	spoken  = regexp.MustCompile(`[\pL\pN]`)
)

// text collects the lines that are not in blocks of code.
func (r *reader) text() {
	slices.SortFunc(r.code, func(a, b span) int { return a.from - b.from })
	code := r.code
	at := 0
	for line := range bytes.Lines(r.source) {
		start := at
		at += len(line)
		for len(code) > 0 && code[0].to <= start {
			code = code[1:]
		}
		if len(code) > 0 && code[0].from < at {
			continue
		}
		text := strings.Join(strings.Fields(query.ReplaceAllString(string(line), "$1")), " ")
		if found := updated.FindStringSubmatch(text); found != nil {
			r.page.Updated, _ = day(found[1])
			continue
		}
		if spoken.MatchString(text) && !strings.HasPrefix(text, "```") && !strings.HasPrefix(text, "~~~") {
			r.page.Lines = append(r.page.Lines, text)
		}
	}
}

// ordinal is the ending of a day's number: "4th".
var ordinal = regexp.MustCompile(`([0-9])(st|nd|rd|th)\b`)

// day reads a day as people write it, and returns it as "2006-01-02".
func day(text string) (string, bool) {
	text = ordinal.ReplaceAllString(strings.TrimSpace(text), "$1")
	for _, form := range []string{"January 2, 2006", "Jan 2, 2006", "2 January 2006", "2 Jan 2006", time.DateOnly} {
		if t, err := time.Parse(form, text); err == nil {
			return t.Format(time.DateOnly), true
		}
	}
	return "", false
}
