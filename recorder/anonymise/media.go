package anonymise

import (
	"bytes"
	"slices"
	"strings"
)

// mediaType is a value of Content-Type without what only one sender would write.
func (a *Anonymiser) mediaType(value string) string {
	parts := partsOf(value)
	for i, part := range parts {
		name, text, found := strings.Cut(part, "=")
		switch {
		case found:
			parts[i] = a.parameter(name, text, func(name, text string) bool {
				return strings.EqualFold(name, "charset") && isIn(stays().Charsets, text) || strings.EqualFold(name, "version") && len(text) <= len("1.0")
			})
		case !isMediaType(strings.TrimSpace(part)):
			parts[i] = a.Text(part)
		}
	}
	return strings.Join(parts, ";")
}

// isMediaType reports whether a text is a type as many senders write it.
func isMediaType(text string) bool {
	kind, sort, found := strings.Cut(text, "/")
	return text == "" || found && isWordsOf(kind, stays().MediaTypes) && isWordsOf(sort, stays().MediaTypes)
}

// parameter is a parameter of a header field; stays tells which values do. White
// space and quotes are no part of a name or a value.
func (a *Anonymiser) parameter(name, value string, stay func(name, value string) bool) string {
	bare, text := strings.TrimSpace(name), unquoted(value)
	if !isIn(stays().MediaParameters, bare) {
		name = strings.Replace(name, bare, a.Text(bare), 1)
	}
	if !stay(bare, text) {
		value = strings.Replace(value, text, a.Text(text), 1)
	}
	return name + "=" + value
}

func unquoted(value string) string { return strings.Trim(value, " \t\"") }

// partsOf cuts a header's value at the semicolons that are not within quotes.
func partsOf(value string) []string {
	quoted, escaped := false, false
	start := 0
	var parts []string
	for i := range len(value) {
		switch c := value[i]; {
		case escaped:
			escaped = false
		case quoted && c == '\\':
			escaped = true
		case c == '"':
			quoted = !quoted
		case c == ';' && !quoted:
			parts, start = append(parts, value[start:i]), i+1
		}
	}
	return append(parts, value[start:])
}

// boundaryOf is what stands between the parts of a body, by its Content-Type;
// empty where it has none.
func boundaryOf(contentType string) string {
	parts := partsOf(contentType)
	if !strings.HasPrefix(strings.ToLower(strings.TrimSpace(parts[0])), "multipart/") {
		return ""
	}
	for _, part := range parts[1:] {
		if name, value, _ := strings.Cut(part, "="); strings.EqualFold(strings.TrimSpace(name), "boundary") {
			return unquoted(value)
		}
	}
	return ""
}

// multipart returns a body of several parts without personal data, of the same
// length. What is between its parts becomes what the header then says.
func (a *Anonymiser) multipart(body []byte, boundary string) []byte {
	standIn := boundary
	if !a.keep.fields["content-type"] {
		standIn = a.Text(boundary)
	}
	parts := bytes.Split(body, []byte("--"+boundary))
	for i, part := range parts {
		head, content, found := bytes.Cut(part, []byte("\r\n\r\n"))
		if i == 0 || !found { // what comes before the first, and after the last
			part = bytes.Clone(part)
			a.plain(part)
			parts[i] = part
			continue
		}
		lines := strings.Split(string(head), "\r\n")
		for n, line := range lines {
			lines[n] = a.partField(line)
		}
		content, end := bytes.TrimSuffix(content, []byte("\r\n")), content[len(bytes.TrimSuffix(content, []byte("\r\n"))):]
		parts[i] = slices.Concat([]byte(strings.Join(lines, "\r\n")+"\r\n\r\n"), a.Body(content), end)
	}
	return bytes.Join(parts, []byte("--"+standIn))
}

// partField is a line of the head of a part.
func (a *Anonymiser) partField(line string) string {
	name, value, found := strings.Cut(line, ":")
	switch {
	case !found:
		return a.Text(line)
	case strings.EqualFold(name, "Content-Type"):
		return name + ":" + a.mediaType(value)
	case strings.EqualFold(name, "Content-Transfer-Encoding"):
		return line
	case !strings.EqualFold(name, "Content-Disposition"):
		return name + ":" + a.Text(value)
	}
	parts := partsOf(value)
	for i, part := range parts {
		of, text, found := strings.Cut(part, "=")
		switch {
		case found: // the names of fields are like those of members
			parts[i] = a.parameter(of, text, func(of, text string) bool { return of == "name" && isName(text) })
		case !isIn([]string{"form-data", "attachment", "inline"}, strings.TrimSpace(part)):
			parts[i] = a.Text(part)
		}
	}
	return name + ":" + strings.Join(parts, ";")
}
