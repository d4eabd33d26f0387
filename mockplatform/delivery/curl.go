package delivery

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// longestArgument is how many bytes of a body may stand on a command line;
// Linux allows 128 KiB for one argument.
const longestArgument = 100_000

// Curl returns a shell command that sends the request again with curl: the same
// method, URL, version, header lines and body, byte for byte. How large its
// chunks are is curl's affair, and its pace cannot be told.
func Curl(r Request) string {
	args := []string{"curl", "--include", "--http1.1", "--request", quote(r.Method)}
	if r.Proto == "HTTP/1.0" {
		args[2] = "--http1.0"
	}
	if r.Method == "HEAD" { // with --request curl would wait for a body
		args = slices.Replace(args, 3, 5, "--head")
	}
	if strings.ContainsAny(r.URL, "[]{}") {
		args = append(args, "--globoff")
	}
	if strings.Contains(r.URL, "/.") {
		args = append(args, "--path-as-is")
	}
	for _, f := range r.Header {
		line := f.Name + ": " + f.Value
		if f.Value == "" {
			line = f.Name + ";" // curl's way to send an empty value
		}
		args = append(args, "--header", quote(line))
	}
	if r.Chunk > 0 {
		args = append(args, "--header", quote("Transfer-Encoding: chunked"))
	}
	// What curl adds unasked is switched off.
	unasked := []string{"Accept", "User-Agent"}
	if len(r.Body) > 0 {
		unasked = append(unasked, "Content-Type")
	}
	if len(r.Body) > 1024 { // from which on some versions ask whether to go on
		unasked = append(unasked, "Expect")
	}
	for _, name := range unasked {
		if !has(r.Header, name) {
			args = append(args, "--header", quote(name+":"))
		}
	}
	var input string
	switch {
	case len(r.Body) == 0:
		if bodyExpected(r.Method) {
			args = append(args, "--data-raw", "''")
		}
	case len(r.Body) > longestArgument || !printable(r.Body):
		input = "printf " + quote(octal(r.Body)) + " | "
		args = append(args, "--data-binary", "@-")
	default:
		args = append(args, "--data-raw", quote(string(r.Body)))
	}
	return input + strings.Join(append(args, quote(r.URL)), " ")
}

// quote makes one shell word of any text.
func quote(text string) string {
	plain := func(r rune) bool {
		return r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("-_./:", r))
	}
	if text != "" && strings.IndexFunc(text, func(r rune) bool { return !plain(r) }) < 0 {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// printable reports whether a body can be read and copied from a terminal.
func printable(body []byte) bool {
	return utf8.Valid(body) && bytes.IndexFunc(body, func(r rune) bool { return !unicode.IsPrint(r) }) < 0
}

// octal is a format for the shell's printf that prints these bytes.
func octal(body []byte) string {
	var b strings.Builder
	for i, c := range body {
		switch {
		case c == '%':
			b.WriteString("%%")
		case i == 0 && c == '-': // no option
			b.WriteString(`\055`)
		case c == '\\' || c < ' ' || c > '~':
			fmt.Fprintf(&b, `\%03o`, c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}
