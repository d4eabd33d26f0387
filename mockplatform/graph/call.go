package graph

import (
	"bytes"
	"context"
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
	"github.com/seed-11445fa1/referee/schemas"
)

// call is one call of the Graph API.
type call struct {
	ids
	// ctx is the request's: it ends when the client goes away.
	ctx    context.Context
	x      journal.Exchange
	method string
	// version is the one that answers, and warning says that it is not the one
	// that was asked for.
	version, warning string
	// day is when it was made, as far as the ends of versions matter.
	day string
	// asksFor is the edge or node with its method, as edgeTable has it.
	asksFor string
	// path holds the segments after the version: ["me", "messages"].
	path []string
	// params are the parameters from query and body, without token and proof.
	// Values from a query or a form that are JSON objects or arrays are kept as
	// such, others are JSON strings. Members that are null count as absent.
	params map[string]json.RawMessage
	// nulls are the names of those that were null.
	nulls []string
	// token is the access token, and proof its appsecret_proof.
	token, proof string
	// file is the last one in a form in parts, nil if it had none; files are all
	// of them, by the names of their parts.
	file  *file
	files map[string]*file
	// base is the address that it came to, without a path.
	base string
	// effects are what it brought about.
	effects []Effect
	// refusal is the rule by which it is refused; nil for none.
	refusal *refusal
	// values are the parameters that rules have looked into, decoded.
	values map[string]any
	// started is when it began, for the record of the call.
	started time.Time
}

// parse fills the call from a request with this body. The error says what cannot
// be parse; what could be is there all the same.
func (c *call) parse(r *http.Request, body []byte) error {
	c.base = addressOf(r)
	c.locate(r.Method, r.URL.Path, c.version)
	c.addValues(r.URL.Query())
	err := c.parseBody(r.Header.Get("Content-Type"), body)
	c.takeCredentials(r.Header.Get("Authorization"))
	c.takeMethod()
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
		c.version, c.warning = usable(c.path[0], c.day)
		c.path = c.path[1:]
	}
	c.params = map[string]json.RawMessage{}
}

// takeMethod lets a POST be another method, which the parameter "method" names,
// for clients that can send no other. At Meta a GET can be one too, which here
// would let a link do what a form cannot.
func (c *call) takeMethod() {
	if c.method != http.MethodPost {
		return
	}
	switch method := strings.ToUpper(c.param("method")); method {
	case http.MethodGet, http.MethodPost, http.MethodDelete:
		c.method = method
		delete(c.params, "method")
	}
}

// document tells the journal the parameters as one JSON object.
func (c *call) document() {
	if doc, err := json.Marshal(c.params); err == nil {
		c.x.Doc = doc
	}
}

// formStart is how a form begins: with the name of a parameter.
var formStart = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.-]*(?:(?:\[|%5[Bb])[^&=]*)?=`)

// parseBody adds the parameters in the body. A type that is neither a form nor
// JSON says nothing, and the body is read as what it looks like: Meta's SDKs set
// one, hand-written clients forget to.
func (c *call) parseBody(contentType string, body []byte) error {
	if len(bytes.TrimSpace(body)) == 0 {
		return nil
	}
	media, attributes, err := mime.ParseMediaType(contentType)
	if err != nil {
		media = ""
	}
	if media != "multipart/form-data" && media != "application/json" && formStart.Match(body) {
		media = "application/x-www-form-urlencoded"
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
		return c.parseMultipart(multipart.NewReader(bytes.NewReader(body), attributes["boundary"]))
	}
	var params map[string]json.RawMessage
	if err := json.Unmarshal(body, &params); err != nil {
		var not *schemas.NotJSONError
		if _, err := schemas.Decode(body); errors.As(err, &not) {
			return fmt.Errorf("the body is not JSON: %s", not.Where())
		}
		return errors.New("the body is not a JSON object")
	}
	for name, value := range params {
		if isNull(value) {
			c.nulls = append(c.nulls, name)
		} else {
			c.params[name] = opened(name, value)
		}
	}
	return nil
}

// parseMultipart adds the fields of a form, and keeps the files in it.
func (c *call) parseMultipart(form *multipart.Reader) error {
	fields := url.Values{}
	defer func() { c.addValues(fields) }()
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
			c.file = &file{name: part.FileName(), contentType: part.Header.Get("Content-Type"), data: value}
			put(&c.files, part.FormName(), c.file)
			continue
		}
		fields.Add(part.FormName(), string(value))
	}
}

// addValues adds the parameters of a query or a form.
func (c *call) addValues(values url.Values) {
	brackets := false
	for name, list := range values {
		if _, ok := bracketPath(name); ok {
			brackets = true
			continue
		}
		text := list[len(list)-1]
		value := json.RawMessage(text)
		if !strings.HasPrefix(text, "{") && !strings.HasPrefix(text, "[") || !json.Valid(value) {
			value, _ = json.Marshal(text) // a string always can be
		}
		c.params[name] = opened(name, value)
	}
	if brackets {
		for name, value := range nested(values) {
			c.params[name] = opened(name, value)
		}
	}
}
