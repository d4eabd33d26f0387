package graph

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

// defaultVersion is what a call without a version in its path is answered
// with. Which one Meta takes then is not documented.
const defaultVersion = "v23.0"

var versionSegment = regexp.MustCompile(`^v[0-9]+\.[0-9]+$`)

// call is one call of the Graph API.
type call struct {
	ids
	x       journal.Exchange
	method  string
	version string
	// path holds the segments after the version: ["me", "messages"].
	path []string
	// params are the parameters from query and body, without the access token.
	// Values from a query or a form that are JSON objects or arrays are kept as
	// such, others are JSON strings.
	params map[string]json.RawMessage
	token  string
	// hasFile reports that a form in parts had a file in it.
	hasFile bool
	// seq and started belong to the record of the call.
	seq     uint64
	started time.Time
}

// read fills the call from a request with this body. The error says what cannot
// be read; what could be is there all the same.
func (c *call) read(r *http.Request, body []byte) error {
	c.locate(r.Method, r.URL.Path, defaultVersion)
	c.addValues(r.URL.Query())
	err := c.readBody(r.Header.Get("Content-Type"), body)
	c.takeToken(r.Header.Get("Authorization"))
	if err == nil {
		c.document()
	}
	return err
}

// locate sets what the call asks for, and begins its parameters. version is
// what it is answered with if its path has none.
func (c *call) locate(method, path, version string) {
	c.method, c.version = method, version
	c.path = strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
	if len(c.path) > 0 && versionSegment.MatchString(c.path[0]) {
		c.version, c.path = c.path[0], c.path[1:]
	}
	c.params = map[string]json.RawMessage{}
}

// document tells the journal the parameters as one JSON object.
func (c *call) document() {
	if doc, err := json.Marshal(c.params); err == nil {
		c.x.Doc = doc
	}
}

// readBody adds the parameters in the body. A type that is neither a form nor
// JSON is read as JSON: Meta's SDKs set it, hand-written clients forget to.
func (c *call) readBody(contentType string, body []byte) error {
	if len(bytes.TrimSpace(body)) == 0 {
		return nil
	}
	media, attributes, err := mime.ParseMediaType(contentType)
	if err != nil {
		media = ""
	}
	switch media {
	case "application/x-www-form-urlencoded":
		form, err := url.ParseQuery(string(body))
		c.addValues(form)
		if err != nil {
			return fmt.Errorf("the form cannot be read: %w", err)
		}
		return nil
	case "multipart/form-data":
		return c.readMultipart(multipart.NewReader(bytes.NewReader(body), attributes["boundary"]))
	}
	var params map[string]json.RawMessage
	if err := json.Unmarshal(body, &params); err != nil {
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			return fmt.Errorf("the body is not JSON: %w at byte %d", err, syntax.Offset)
		}
		return errors.New("the body is not a JSON object")
	}
	for name, value := range params {
		c.params[name] = value
	}
	return nil
}

// readMultipart adds the fields of a form; of files it notes that there are any.
func (c *call) readMultipart(form *multipart.Reader) error {
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("the form cannot be read: %w", err)
		}
		value, err := io.ReadAll(part)
		if err != nil {
			return fmt.Errorf("the form cannot be read: %w", err)
		}
		if part.FileName() != "" {
			c.hasFile = true
			continue
		}
		c.addValues(url.Values{part.FormName(): {string(value)}})
	}
}

func (c *call) addValues(values url.Values) {
	for name, list := range values {
		text := list[len(list)-1]
		value := json.RawMessage(text)
		if !strings.HasPrefix(text, "{") && !strings.HasPrefix(text, "[") || !json.Valid(value) {
			value, _ = json.Marshal(text) // a string always can be
		}
		c.params[name] = value
	}
}

// takeToken moves the access token out of the parameters. One in the query or
// the body comes before the Authorization header.
func (c *call) takeToken(authorization string) {
	const name = "access_token"
	if given, ok := c.params[name]; ok && json.Unmarshal(given, &c.token) != nil {
		c.token = string(given) // not a string: a wrong one, but there
	}
	delete(c.params, name)
	if c.token != "" {
		return
	}
	scheme, token, _ := strings.Cut(authorization, " ")
	if strings.EqualFold(scheme, "Bearer") || strings.EqualFold(scheme, "OAuth") {
		c.token = strings.TrimSpace(token)
	}
}

// tokenState compares the call's token with the one that is right.
func (c *call) tokenState(right string) journal.TokenState {
	switch c.token {
	case "":
		return journal.TokenMissing
	case right:
		return journal.TokenRight
	}
	return journal.TokenWrong
}
