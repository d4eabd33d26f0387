package mcp

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/jsonschema-go/jsonschema"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

// emitArguments are those of the tool emit.
type emitArguments struct {
	Variant string `json:"variant" jsonschema:"The id of a variant, such as referral.ads (variants lists them), or a variant file that ends with .json."`
	Send    bool   `json:"send,omitempty" jsonschema:"Send it. Default: false, the answer has the body and its signature, and nothing is sent."`
	URL     string `json:"url,omitempty" jsonschema:"Where it goes: an address of this machine, such as http://localhost:3000/webhook. Default: url of referee.yaml."`
	Person  string `json:"person,omitempty" jsonschema:"The name of the person that it comes from: another name is another person."`
	At      string `json:"at,omitempty" jsonschema:"When it happens, such as 2026-01-02T15:04:05Z. Default: now, and with seed an instant that is always the same."`
	Seed    *int64 `json:"seed,omitempty"`
	Curl    bool   `json:"curl,omitempty" jsonschema:"The answer has the curl command that sends it."`
}

func (s *Server) addEmit() {
	add(s, &sdk.Tool{
		Name: "emit", Title: "Make or send one event",
		Description: "Make one delivery as Meta sends it, signed with the app secret of referee.yaml: the bytes of a fixture for a test, or with send one request to the bot and its answer. For one event by hand; run judges the bot.",
		Annotations: &sdk.ToolAnnotations{DestructiveHint: new(false), OpenWorldHint: new(true)},
		InputSchema: input[emitArguments](map[string]func(*jsonschema.Schema){"seed": between(0, maxSeed, -1)}),
	}, s.emit)
}

func (s *Server) emit(ctx context.Context, c *call, in emitArguments) (emission, error) {
	ask := Emit{Variant: in.Variant, URL: in.URL, Person: in.Person, Seed: in.Seed, Send: in.Send}
	if in.URL != "" {
		if err := allowURL("url", in.URL); err != nil {
			return emission{}, err
		}
	}
	var err error
	if ask.Variant, err = s.allowVariant(in.Variant); err != nil {
		return emission{}, err
	}
	if in.At != "" {
		at, err := time.Parse(time.RFC3339, in.At)
		if err != nil {
			return emission{}, fmt.Errorf("at is %q; it has to be an instant such as 2026-01-02T15:04:05Z", in.At)
		}
		ask.At = &at
	}
	made, err := c.Emit(ctx, ask)
	switch {
	case err != nil:
		return emission{}, err
	case in.Curl && made.Curl == "":
		return emission{}, errors.New("where to? the curl command names it: give url, such as http://localhost:3000/webhook")
	}
	a := emission{Variant: line(in.Variant, mostLine), URL: line(made.URL, mostSentence), Body: string(made.Body), Signature: made.Signature, Notes: c.notes()}
	if in.Curl {
		a.Curl = made.Curl
	}
	if made.Answer != nil {
		// Who sent it has no use for its bytes.
		a.Body, a.Signature = "", ""
		a.Sent, a.Status, a.Took, a.Answer = true, made.Answer.Status, made.Answer.Took.Milliseconds(), short(made.Answer.Body, mostBody)
	}
	if !fits(a) {
		return emission{}, errors.New("it is too long for an answer; `referee emit " + line(in.Variant, mostLine) + " --dry-run` in a shell prints it")
	}
	return a, nil
}

// emission is what the tool emit answers.
type emission struct {
	Variant   string   `json:"variant"`
	Sent      bool     `json:"sent"`
	URL       string   `json:"url,omitempty"`
	Status    int      `json:"status,omitempty" jsonschema:"of the answer; Meta wants 200"`
	Took      int64    `json:"took_ms,omitempty" jsonschema:"until the answer came, in milliseconds"`
	Answer    string   `json:"answer,omitempty" jsonschema:"what the bot answered"`
	Body      string   `json:"body,omitempty" jsonschema:"byte for byte"`
	Signature string   `json:"signature,omitempty" jsonschema:"the header X-Hub-Signature-256 of this body"`
	Curl      string   `json:"curl,omitempty"`
	Notes     []string `json:"notes,omitempty"`
}

func (a emission) text() string {
	var l lines
	if a.Sent {
		l.add(fmt.Sprintf("%s to %s: status %d after %d ms", a.Variant, a.URL, a.Status, a.Took))
		l.labelled("answer", a.Answer)
	} else {
		l.add(a.Body)
		l.add("X-Hub-Signature-256: ", a.Signature)
	}
	if a.Curl != "" {
		l.add(a.Curl)
	}
	l.all("note: ", a.Notes)
	return l.String()
}
