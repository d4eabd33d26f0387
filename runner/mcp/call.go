package mcp

import (
	"bytes"
	"context"
	"errors"
	"regexp"
	"strings"

	"github.com/google/jsonschema-go/jsonschema"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

// call is one call of a tool.
type call struct {
	Referee
	request  *sdk.CallToolRequest
	warnings bytes.Buffer
}

// notes are the warnings so far, a few of them.
func (c *call) notes() []string {
	const most = 3
	var all []string
	for line := range strings.Lines(c.warnings.String()) {
		if line = strings.TrimPrefix(strings.TrimSpace(line), "referee: warning: "); line != "" && len(all) < most {
			all = append(all, short(line, mostSentence))
		}
	}
	return all
}

// answer is what a tool answers: JSON by its members, and the same as text.
type answer interface{ text() string }

// add adds a tool. Errors of do are for the agent, who reads them as what the tool says.
func add[In any, Out answer](s *Server, t *sdk.Tool, do func(context.Context, *call, In) (Out, error)) {
	s.schemas[t.Name] = t.InputSchema.(*jsonschema.Schema)
	sdk.AddTool(s.server, t, func(ctx context.Context, r *sdk.CallToolRequest, in In) (*sdk.CallToolResult, Out, error) {
		s.calls.Add(1)
		defer s.calls.Done()
		// The context of a call ends with the call and the client, and not with the server.
		ctx, cancel := context.WithCancelCause(ctx)
		defer cancel(nil)
		defer context.AfterFunc(s.ctx, func() { cancel(s.ctx.Err()) })()
		c := &call{request: r}
		c.Referee = s.options.Referee(&c.warnings)
		out, err := do(ctx, c, in)
		if err != nil {
			s.options.Log.Info("tool failed", "tool", t.Name, "error", err)
			return nil, out, errors.New(short(asArguments(err.Error(), s.schemas[t.Name]), mostError))
		}
		return &sdk.CallToolResult{Content: []sdk.Content{&sdk.TextContent{Text: out.text()}}}, out, nil
	})
}

var flagName = regexp.MustCompile(`(^|[ (])--([a-z][a-z-]*)`)

// asArguments names the arguments of a tool where a text names flags, but for commands, which
// stand between backticks.
func asArguments(text string, schema *jsonschema.Schema) string {
	parts := strings.Split(text, "`")
	for i := 0; i < len(parts); i += 2 {
		parts[i] = flagName.ReplaceAllStringFunc(parts[i], func(flag string) string {
			before, name, _ := strings.Cut(flag, "--")
			if name = strings.ReplaceAll(name, "-", "_"); schema.Properties[name] == nil {
				return flag
			}
			return before + name
		})
	}
	return strings.Join(parts, "`")
}

// lines builds the text of an answer.
type lines struct{ strings.Builder }

// add adds a line of parts that are not empty.
func (l *lines) add(parts ...string) {
	for _, part := range parts {
		l.WriteString(part)
	}
	l.WriteByte('\n')
}

// labelled adds a line with a label, unless there is nothing to say.
func (l *lines) labelled(label, text string) {
	if text != "" {
		l.add("   ", label, ": ", text)
	}
}

// all adds a line for each text.
func (l *lines) all(prefix string, texts []string) {
	for _, text := range texts {
		l.add(prefix, text)
	}
}
