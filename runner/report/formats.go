package report

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
)

// Format is a kind of report that goes to a file.
type Format struct {
	// Key is the flag and the setting that name the file.
	Key string
	// Name is what people call it.
	Name string
	// Write writes it. It looks at nothing but the result and the options.
	Write func(io.Writer, Result, Options) error
}

// Formats are those that a file may have whatever its name is, in the order in which they
// are named to people. The formats of a badge are beside them, see BadgeFormat.
func Formats() []Format {
	return []Format{
		{"result", "JSON", func(w io.Writer, r Result, _ Options) error { return WriteJSON(w, r) }},
		{"html", "HTML", WriteHTML},
		{"markdown", "Markdown", WriteMarkdown},
		{"junit", "JUnit", WriteJUnit},
		{"sarif", "SARIF", WriteSARIF},
		{"tap", "TAP", WriteTAP},
	}
}

// BadgeKey is the flag and the setting that name the files of badges.
const BadgeKey = "badge"

// BadgeFormat is the format of a badge in this file, by its ending.
func BadgeFormat(path string) (Format, error) {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".svg":
		return Format{BadgeKey, "badge", WriteBadge}, nil
	case ".json":
		return Format{BadgeKey, "badge for shields.io", WriteBadgeEndpoint}, nil
	}
	return Format{}, fmt.Errorf("--%s %s: name a file that ends with .svg, for a picture, or .json, for an endpoint of shields.io", BadgeKey, path)
}

// WriteFiles writes reports, each to its file, and returns those that it wrote. One that
// cannot be written does not keep back the others.
func WriteFiles(files []File, r Result, o Options) (written []File, err error) {
	var problems []error
	for _, file := range files {
		if err := WriteFile(file.Path, func(w io.Writer) error { return file.Write(w, r, o) }); err != nil {
			problems = append(problems, err)
			continue
		}
		written = append(written, file)
	}
	return written, errors.Join(problems...)
}
