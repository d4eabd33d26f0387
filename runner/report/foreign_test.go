package report_test

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer/html"
	xhtml "golang.org/x/net/html"

	"github.com/seed-11445fa1/referee/runner/report"
)

// injection is what a receiver answers that wants to be more than text: in HTML, in
// Markdown, in TAP, in a log of GitHub Actions.
const injection = "\n::add-mask::it\n::error file=x::it\n##[error]it\nok 99 - it # SKIP it\nBail out! it\n1..1\n...\n" +
	"</pre></style></script><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\"><a href='javascript:alert(1)'>it</a>\" onload=\"x\n" +
	"```\n~~~\n<h1>it</h1>\n[it](https://evil.example) ![it](https://evil.example/x.png) | it | `it` @everyone {0} https://evil.example\n"

// foreign is a result with an injection wherever a receiver has a say.
func foreign() report.Result {
	r := caused()
	r.Receiver.URL, r.Receiver.Stack, r.Receiver.Interception = r.Receiver.URL+injection, injection, injection
	r.Receiver.Notes = []string{injection}
	for i := range r.Causes {
		c := &r.Causes[i]
		for _, text := range []*string{&c.Title, &c.Where, &c.File, &c.Code, &c.Stimulus, &c.Body, &c.Expected, &c.Actual, &c.Why, &c.Remedy, &c.Reproduce, &c.Variant, &c.Output} {
			*text += injection
		}
	}
	for i := range r.Requirements {
		q := &r.Requirements[i]
		q.Title, q.Reason = q.Title+injection, q.Reason+injection
		if q.Finding != nil {
			q.Finding = &report.Finding{Stimulus: injection, Expected: injection, Actual: injection, Remedy: injection, Reproduce: injection, Output: injection, Variant: injection}
		}
		q.Passages = passages()
		for n := range q.Passages {
			p := &q.Passages[n]
			p.What, p.Error, p.Request, p.Answer = injection, injection, injection, injection
			for m := range p.Evidence {
				p.Evidence[m].Text = injection
			}
		}
	}
	return r
}

// GitHub reads a command in every line that begins with two colons.
func TestAnnotationsAreOneLineEach(t *testing.T) {
	t.Parallel()
	for name, r := range map[string]report.Result{"foreign": foreign(), "caused": caused()} {
		got := text(t, func(w io.Writer) error { return report.WriteAnnotations(w, r, report.Options{}) })
		line := regexp.MustCompile(`^::(error|warning) (file=[^:,%]+,line=\d+,)?title=[^:,]+::[^:].*$`)
		lines := strings.Split(strings.TrimSuffix(got, "\n"), "\n")
		if want := len(r.Causes); len(lines) != want {
			t.Errorf("%s: %d lines for %d causes:\n%s", name, len(lines), want, got)
		}
		for _, text := range lines {
			if !line.MatchString(text) {
				t.Errorf("%s: this is no annotation of ours: %s", name, text)
			}
		}
	}
}

// GitHub shows ten of a kind, so the last says what is left out.
func TestAnnotationsAreFew(t *testing.T) {
	t.Parallel()
	r := caused()
	for i := range 30 {
		c := senderless()
		c.ID = fmt.Sprintf("refuses.number-%d", i)
		r.Causes = append(r.Causes, c)
	}
	got := text(t, func(w io.Writer) error { return report.WriteAnnotations(w, r, report.Options{}) })
	if n := strings.Count(got, "::error "); n != 10 || !strings.Contains(got, "And 23 more errors") {
		t.Errorf("%d errors:\n%s", n, got)
	}
}

// A file outside the repository is none that GitHub could show.
func TestAnnotationsStayInTheRepository(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"/etc/passwd", "../x.js", "a/../../x.js", ""} {
		r := caused()
		r.Causes[1].File = file
		got := text(t, func(w io.Writer) error { return report.WriteAnnotations(w, r, report.Options{}) })
		if strings.Contains(got, "file=") {
			t.Errorf("%q is named:\n%s", file, got)
		}
	}
}

// A path may have what ends a property.
func TestAnnotationsEscapePaths(t *testing.T) {
	t.Parallel()
	r := caused()
	r.Causes[1].File = "a,line=1:b\n%.js"
	got := text(t, func(w io.Writer) error { return report.WriteAnnotations(w, r, report.Options{}) })
	if want := "::error file=a%2Cline=1%3Ab%0A%25.js,line=23,title="; !strings.HasPrefix(got, want) {
		t.Errorf("it does not begin with %s:\n%s", want, got)
	}
}

func TestTAPCounts(t *testing.T) {
	t.Parallel()
	for name, r := range map[string]report.Result{"foreign": foreign(), "caused": caused()} {
		got := text(t, func(w io.Writer) error { return report.WriteTAP(w, r, report.Options{}) })
		if n := len(regexp.MustCompile(`(?m)^(not )?ok \d+ - `).FindAllString(got, -1)); n != len(r.Requirements) || !strings.Contains(got, fmt.Sprintf("\n1..%d\n", n)) {
			t.Errorf("%s: %d points for %d requirements:\n%s", name, n, len(r.Requirements), got)
		}
		if strings.Contains(got, "\nBail out!") {
			t.Errorf("%s bails out:\n%s", name, got)
		}
		for _, line := range strings.Split(strings.TrimSpace(got), "\n") {
			if !regexp.MustCompile(`^(TAP version 14|# .*|1\.\.\d+|(not )?ok \d+ - .*|  ---|  \.\.\.|  [a-z]+: ".*")$`).MatchString(line) {
				t.Errorf("%s: %q is no line of TAP", name, line)
			}
		}
		// A skip is ours alone: it is behind what is skipped, and nowhere else.
		for _, line := range strings.Split(got, "\n") {
			if regexp.MustCompile(`[^\\]# (SKIP|TODO)`).MatchString(line) && strings.Contains(line, "signature.wrong-secret") {
				t.Errorf("%s: a failure is made to be skipped: %s", name, line)
			}
		}
	}
}

// What a receiver wrote brings no element and no link of its own into a summary.
func TestMarkdownHoldsForeignText(t *testing.T) {
	t.Parallel()
	source := text(t, func(w io.Writer) error { return report.WriteMarkdown(w, foreign(), report.Options{}) })
	var page bytes.Buffer
	renderer := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(html.WithUnsafe()))
	if err := renderer.Convert([]byte(source), &page); err != nil {
		t.Fatal(err)
	}
	onlyElements(t, page.String(), "html head body h2 h3 p code pre table thead tbody tr th td details summary ul li strong")
}

// onlyElements fails for elements that are not in a list, for attributes that run
// something, and for links but to the page itself and to Meta's.
func onlyElements(t *testing.T, page, names string) {
	t.Helper()
	root, err := xhtml.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	known := strings.Fields(names)
	for n := range root.Descendants() {
		if n.Type != xhtml.ElementNode {
			continue
		}
		if !strings.Contains(" "+strings.Join(known, " ")+" ", " "+n.Data+" ") {
			t.Errorf("there is an element %s", n.Data)
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" && a.Val != "text-align:right" || a.Key == "srcset" {
				t.Errorf("%s has %s=%q", n.Data, a.Key, a.Val)
			}
			if (a.Key == "href" || a.Key == "src") && !strings.HasPrefix(a.Val, "#") && !strings.HasPrefix(a.Val, "https://developers.facebook.com/") {
				t.Errorf("%s leads to %q", n.Data, a.Val)
			}
		}
	}
}

func TestHTMLHoldsForeignText(t *testing.T) {
	t.Parallel()
	page := text(t, func(w io.Writer) error { return report.WriteHTML(w, foreign(), report.Options{}) })
	onlyElements(t, page, "html head meta title style body header nav main section article h1 h2 h3 h4 p span code pre mark b dl dt dd div a details summary ul ol li "+
		"table thead tbody tfoot tr th td figure figcaption svg line circle rect text form label input fieldset legend q script")
	for _, element := range []string{"<script", "<style"} {
		if n := strings.Count(page, element); n != 1 {
			t.Errorf("there are %d of %s", n, element)
		}
	}
	if strings.Contains(page, "ZgotmplZ") || !strings.Contains(page, "&lt;script&gt;") {
		t.Error("foreign text is not shown as it came")
	}
}

// Two megabytes are what a server shows and a mail takes.
func TestHTMLIsNotTooLarge(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{"object":"page","entry":[{"id":"1"}]}`, "<&>"} {
		page := large(t, strings.Repeat(body, 900/len(body)))
		if len(page) > 2_000_000 {
			t.Errorf("500 requirements with %s take %d bytes", body, len(page))
		}
		if n := strings.Count(page, `<figure class="way shows">`); n < 90 {
			t.Errorf("of 500 requirements with %s only %d show what went over the wire", body, n)
		}
	}
}

// large is the page of a receiver that breaks 500 requirements, with such bodies.
func large(t *testing.T, body string) string {
	r := caused()
	r.Requirements = nil
	for i := range 500 {
		q := wrongSecret()
		q.ID = fmt.Sprintf("signature.number-%d", i)
		for range 8 {
			p := passages()[0]
			p.Request, p.Answer = body, body
			q.Passages = append(q.Passages, p)
		}
		r.Requirements = append(r.Requirements, q)
	}
	return text(t, func(w io.Writer) error { return report.WriteHTML(w, r, report.Options{}) })
}
