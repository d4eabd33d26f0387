package command

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"strings"
	"testing"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

// freePort is a port on which nothing listens.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// held is a connection to a receiver, by which its end is seen.
func held(t *testing.T, port int) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// waitForEnd waits until the receiver at the other end of a connection has ended.
func waitForEnd(t *testing.T, c net.Conn, port int) {
	t.Helper()
	for buffer := make([]byte, 512); ; {
		if _, err := c.Read(buffer); err != nil {
			break
		}
	}
	if c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
		c.Close()
		t.Error("the receiver listens on")
	}
}

// TestAgentCancels has a client cancel a run: the receiver that it started ends, and so
// does the run, so that the next one can begin.
func TestAgentCancels(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("-short leaves out receivers that are programs of their own")
	}
	port := freePort(t)
	judging := make(chan struct{})
	a := newAgent(t, fmt.Sprintf("command: referee reference\nport: %d\n", port), func(p *sdk.ProgressNotificationParams) {
		if strings.HasPrefix(p.Message, "judging ") {
			close(judging)
		}
	})
	defer a.Close()
	ctx, cancel := context.WithCancel(t.Context())
	answered := make(chan error, 1)
	go func() {
		params := &sdk.CallToolParams{Name: "run", Arguments: json.RawMessage(`{}`)}
		params.SetProgressToken("cancelled")
		_, err := a.CallTool(ctx, params)
		answered <- err
	}()
	select {
	case <-judging:
	case err := <-answered:
		t.Fatalf("it ended by itself: %v", err)
	}
	if text, failed, _ := a.call(t, "run", `{"reference":true}`); !failed || !strings.HasPrefix(text, "a run is under way") {
		t.Errorf("a second run says %s", text)
	}
	c := held(t, port)
	cancel()
	if err := <-answered; err == nil {
		t.Error("a cancelled call was answered")
	}
	waitForEnd(t, c, port)
	if text, failed, _ := a.call(t, "result", `{}`); failed || !strings.HasSuffix(text, "note: the run was interrupted: this is what was judged until then\n") {
		t.Errorf("of a cancelled run there is %s", text)
	}
	a.Close()
	if err := <-a.served; err != nil {
		t.Errorf("the server ended with %v", err)
	}
}

// TestAgentServerEnds has whoever started the server end it in the middle of a run.
func TestAgentServerEnds(t *testing.T) {
	t.Parallel()
	judging := make(chan struct{})
	a := newAgent(t, "reference: true\n", func(p *sdk.ProgressNotificationParams) {
		if strings.HasPrefix(p.Message, "judging ") {
			close(judging)
		}
	})
	defer a.Close()
	answered := make(chan error, 1)
	go func() {
		params := &sdk.CallToolParams{Name: "run", Arguments: json.RawMessage(`{}`)}
		params.SetProgressToken("ended")
		_, err := a.CallTool(t.Context(), params)
		answered <- err
	}()
	select {
	case <-judging:
	case err := <-answered:
		t.Fatalf("it ended by itself: %v", err)
	}
	a.stop()
	if err := <-a.served; err != nil {
		t.Errorf("the server ended with %v", err)
	}
	<-answered // with an error, or with an answer that says so
}
