package site

import (
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"strings"
)

//go:embed web
var web embed.FS

// mustRead reads an embedded file. All of them are there, or nothing would be built.
func mustRead(name string) []byte {
	text, err := web.ReadFile("web/" + name)
	if err != nil {
		panic(err)
	}
	return text
}

func readTemplates() (*template.Template, error) {
	all, err := template.New("site").Funcs(template.FuncMap{
		"indent": indented, "prose": prose, "address": isAddress,
	}).ParseFS(web, "web/*.html")
	if err != nil {
		return nil, fmt.Errorf("read the templates of the site: %w", err)
	}
	return all, nil
}

// indented is a JSON text as it is read best.
func indented(text []byte) (string, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(json.RawMessage(text)); err != nil {
		return "", err
	}
	return strings.TrimSuffix(b.String(), "\n"), nil
}

// isAddress reports whether a source is a page; others are named as people do.
func isAddress(source string) bool {
	return strings.HasPrefix(source, "https://") || strings.HasPrefix(source, "http://")
}

// piece is a part of a text: code, or not.
type piece struct {
	Text string
	Code bool
}

// prose takes a text apart at its backticks, between which stands code.
func prose(text string) (pieces []piece) {
	parts := strings.Split(text, "`")
	for i, part := range parts {
		if part != "" {
			pieces = append(pieces, piece{part, i%2 == 1 && i < len(parts)-1})
		}
	}
	return pieces
}
