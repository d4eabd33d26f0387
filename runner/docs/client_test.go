package docs_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"slices"
	"strings"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/rogpeppe/go-internal/testscript"
)

// client starts the server that a client's configuration names, as the client does, has it
// do something, and prints the text that it answers: client FILE TOOL ARGUMENTS.
func client(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: client FILE TOOL ARGUMENTS")
	}
	session := connected(ts, args[0])
	defer session.Close()
	result, err := session.CallTool(context.Background(), &sdk.CallToolParams{Name: args[1], Arguments: json.RawMessage(args[2])})
	ts.Check(err)
	text := result.Content[0].(*sdk.TextContent).Text
	if result.IsError {
		ts.Fatalf("%s answers: %s", args[1], text)
	}
	fmt.Fprint(ts.Stdout(), text)
}

// tools wants the page to name every tool of the server that a client's configuration
// names: tools FILE.
func tools(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: tools FILE")
	}
	session := connected(ts, args[0])
	defer session.Close()
	all, err := session.ListTools(context.Background(), nil)
	ts.Check(err)
	for _, tool := range all.Tools {
		if !slices.Contains(of(ts).code, tool.Name) {
			ts.Fatalf("%s does not have the tool %s", of(ts).path, tool.Name)
		}
	}
}

// connected is a session with the server of a client's configuration.
func connected(ts *testscript.TestScript, file string) *sdk.ClientSession {
	type server struct {
		Command string
		Args    []string
	}
	var configuration struct{ MCPServers, Servers map[string]server }
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(file)), &configuration))
	started, ok := configuration.MCPServers["referee"]
	if !ok {
		started = configuration.Servers["referee"]
	}
	for i := range started.Args {
		started.Args[i] = strings.ReplaceAll(started.Args[i], "${workspaceFolder}", ts.MkAbs("."))
	}
	program, err := exec.LookPath(started.Command) // which TestMain has put on the PATH
	ts.Check(err)
	cmd := exec.Command(program, started.Args...)
	cmd.Dir, cmd.Env = ts.MkAbs("."), of(ts).variables
	session, err := sdk.NewClient(&sdk.Implementation{Name: "test"}, nil).Connect(context.Background(), &sdk.CommandTransport{Command: cmd}, nil)
	ts.Check(err)
	return session
}
