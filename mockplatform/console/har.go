package console

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

// The parts of a HAR 1.2 log that an exchange has:
// http://www.softwareishard.com/blog/har-12-spec/
type (
	harEntry struct {
		StartedDateTime time.Time   `json:"startedDateTime"`
		Time            float64     `json:"time"`
		Request         harRequest  `json:"request"`
		Response        harResponse `json:"response"`
		Cache           struct{}    `json:"cache"`
		Timings         harTimings  `json:"timings"`
		Comment         string      `json:"comment,omitempty"`
	}
	harRequest struct {
		Method      string   `json:"method"`
		URL         string   `json:"url"`
		HTTPVersion string   `json:"httpVersion"`
		Cookies     []Header `json:"cookies"`
		Headers     []Header `json:"headers"`
		QueryString []Header `json:"queryString"`
		PostData    *harPost `json:"postData,omitempty"`
		HeadersSize int      `json:"headersSize"`
		BodySize    int      `json:"bodySize"`
	}
	harPost struct {
		MimeType string   `json:"mimeType"`
		Params   []Header `json:"params"`
		Text     string   `json:"text"`
		// Encoding is of a later draft; 1.2 has it for answers alone.
		Encoding string `json:"encoding,omitempty"`
	}
	harResponse struct {
		Status      int        `json:"status"`
		StatusText  string     `json:"statusText"`
		HTTPVersion string     `json:"httpVersion"`
		Cookies     []Header   `json:"cookies"`
		Headers     []Header   `json:"headers"`
		Content     harContent `json:"content"`
		RedirectURL string     `json:"redirectURL"`
		HeadersSize int        `json:"headersSize"`
		BodySize    int        `json:"bodySize"`
	}
	harContent struct {
		Size     int    `json:"size"`
		MimeType string `json:"mimeType"`
		Text     string `json:"text,omitempty"`
		Encoding string `json:"encoding,omitempty"`
	}
	harTimings struct {
		Send    float64 `json:"send"`
		Wait    float64 `json:"wait"`
		Receive float64 `json:"receive"`
	}
)

// exportHAR writes a HAR log entry by entry. Lines that a receiver wrote are no
// exchange and are left out.
func (s *Server) exportHAR(w *patientWriter, f Filter) error {
	creator, err := json.Marshal(map[string]string{"name": "referee", "version": s.opts.Version})
	if err != nil {
		return err
	}
	if _, err := io.WriteString(w, `{"log":{"version":"1.2","creator":`+string(creator)+`,"entries":[`); err != nil {
		return err
	}
	separator := "\n"
	err = s.each(f, func(x journal.Exchange) error {
		if x.Kind == journal.Line {
			return nil
		}
		entry, err := json.Marshal(harOf(x, s.platform.GraphURL()))
		if err != nil {
			return err
		}
		_, err = w.Write(append([]byte(separator), entry...))
		separator = ",\n"
		return err
	})
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, "\n]}}\n")
	return err
}

// harOf is an exchange as an entry. The URL of a call to the platform begins
// with base.
func harOf(x journal.Exchange, base string) harEntry {
	target := x.Request.URL
	if strings.HasPrefix(target, "/") {
		target = base + target
	}
	e := harEntry{
		StartedDateTime: x.At, Time: milliseconds(x.Timing.Done),
		Request: harRequest{
			Method: x.Request.Method, URL: target, HTTPVersion: x.Request.Proto, Cookies: []Header{}, Headers: harHeaders(x.Request),
			QueryString: harQuery(target), HeadersSize: -1, BodySize: len(x.Request.Body),
		},
		Response: harResponse{
			Status: x.Response.Status, StatusText: http.StatusText(x.Response.Status), HTTPVersion: x.Response.Proto,
			Cookies: []Header{}, Headers: harHeaders(x.Response), RedirectURL: x.Response.Header.Get("Location"),
			HeadersSize: -1, BodySize: len(x.Response.Body),
			Content: harContent{Size: len(x.Response.Body), MimeType: x.Response.Header.Get("Content-Type")},
		},
		Timings: harTimings{
			Wait: milliseconds(x.Timing.FirstByte), Receive: milliseconds(max(0, x.Timing.Done-x.Timing.FirstByte)),
		},
		Comment: strings.Join(append(append([]string{string(x.Kind)}, x.Faults...), x.Err), " "),
	}
	e.Response.Content.Text, e.Response.Content.Encoding = harText(x.Response.Body)
	if len(x.Request.Body) > 0 {
		e.Request.PostData = &harPost{MimeType: x.Request.Header.Get("Content-Type"), Params: []Header{}}
		e.Request.PostData.Text, e.Request.PostData.Encoding = harText(x.Request.Body)
	}
	e.Comment = strings.TrimSpace(e.Comment)
	return e
}

func harHeaders(m journal.Message) []Header {
	headers := []Header{}
	for _, f := range m.Header {
		headers = append(headers, Header(f))
	}
	return headers
}

// harQuery lists the parameters of a URL, as far as it can be read.
func harQuery(target string) []Header {
	list := []Header{}
	u, err := url.Parse(target)
	if err != nil {
		return list
	}
	query := u.Query()
	for _, name := range sortedKeys(query) {
		for _, value := range query[name] {
			list = append(list, Header{Name: name, Value: value})
		}
	}
	return list
}

// harText is a body as text, in Base64 if it is none.
func harText(body []byte) (text, encoding string) {
	if utf8.Valid(body) {
		return string(body), ""
	}
	return base64.StdEncoding.EncodeToString(body), "base64"
}
