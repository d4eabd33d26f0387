package command_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

// TestAgentOverStdio has a client start the program, as an editor does: nothing but the
// protocol is on its standard output, reports are where the answer says, and a client that
// goes away in the middle of a run leaves no receiver behind.
func TestAgentOverStdio(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("-short leaves out receivers that are programs of their own")
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	port := free.Addr().(*net.TCPAddr).Port
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	config := fmt.Sprintf("command: referee reference\nport: %d\n", port)
	if err := os.WriteFile(filepath.Join(folder, "referee.yaml"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("referee", "mcp", folder)
	var said, printed bytes.Buffer
	cmd.Stderr = &said
	cmd.Env = append(os.Environ(), "GORACE=atexit_sleep_ms=0", "GITHUB_ACTIONS=true")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	judging := make(chan struct{}, 1)
	client := sdk.NewClient(&sdk.Implementation{Name: "test"}, &sdk.ClientOptions{
		ProgressNotificationHandler: func(_ context.Context, r *sdk.ProgressNotificationClientRequest) {
			if r.Params.ProgressToken == "left" && strings.HasPrefix(r.Params.Message, "judging ") {
				judging <- struct{}{}
			}
		},
	})
	tee := struct {
		io.Reader
		io.Closer
	}{io.TeeReader(out, &printed), out}
	session, err := client.Connect(t.Context(), &sdk.IOTransport{Reader: tee, Writer: in}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(session.InitializeResult().Instructions, "referee init") {
		t.Error("the server says nothing of itself")
	}

	result, err := session.CallTool(t.Context(), &sdk.CallToolParams{Name: "run", Arguments: json.RawMessage(`{"only":["handshake.challenge"],"reports":["markdown"]}`)})
	if err != nil {
		t.Fatal(err)
	}
	text := result.Content[0].(*sdk.TextContent).Text
	_, path, found := strings.Cut(strings.TrimSpace(text), "report markdown: ")
	path, _, _ = strings.Cut(path, "\n")
	if _, err := os.Stat(path); !found || err != nil || !filepath.IsAbs(path) {
		t.Errorf("it says %s, and of the report: %v", text, err)
	}

	gone := make(chan error, 1)
	go func() {
		params := &sdk.CallToolParams{Name: "run", Arguments: json.RawMessage(`{}`)}
		params.SetProgressToken("left")
		_, err := session.CallTool(t.Context(), params)
		gone <- err
	}()
	select {
	case <-judging:
	case err := <-gone:
		t.Fatalf("it ended by itself: %v", err)
	}
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
	<-gone // without an answer, or with one that says so
	_ = session.Close()
	if err := cmd.Wait(); err != nil && !errors.Is(err, os.ErrClosed) {
		t.Errorf("it ended with %v, and said\n%s", err, &said)
	}
	if c, err := net.Dial("tcp", address); err == nil {
		c.Close()
		t.Error("the receiver outlived the client")
	}
	for line := range strings.Lines(printed.String()) {
		var message struct{ JSONRPC string }
		if err := json.Unmarshal([]byte(line), &message); err != nil || message.JSONRPC != "2.0" {
			t.Errorf("it printed %s", line)
		}
	}
}
