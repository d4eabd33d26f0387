package mcp

import (
	"context"
	"sync"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

// paying is a transport of which a client that says nothing more still gets the answers
// that it is owed: at the end of what it says the SDK gives up what is under way.
type paying struct {
	sdk.Transport
	left context.CancelCauseFunc // called when the client says nothing more
}

// Connect implements sdk.Transport.
func (t paying) Connect(ctx context.Context) (sdk.Connection, error) {
	c, err := t.Transport.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &owing{Connection: c, left: t.left, calls: map[jsonrpc.ID]bool{}, answered: make(chan struct{}, 1), closed: make(chan struct{})}, nil
}

// owing is a connection that knows which calls have no answer yet.
type owing struct {
	sdk.Connection
	left context.CancelCauseFunc

	mu       sync.Mutex
	calls    map[jsonrpc.ID]bool
	answered chan struct{} // has one element after an answer
	once     sync.Once
	closed   chan struct{}
}

// methodListen is that of a call which stays open as long as the client does.
const methodListen = "subscriptions/listen"

// Read implements sdk.Connection. It says that there is nothing more when all is answered.
func (c *owing) Read(ctx context.Context) (jsonrpc.Message, error) {
	m, err := c.Connection.Read(ctx)
	if err != nil {
		c.left(err)
		c.wait(ctx)
		return nil, err
	}
	if r, ok := m.(*jsonrpc.Request); ok && r.IsCall() && r.Method != methodListen {
		c.mu.Lock()
		c.calls[r.ID] = true
		c.mu.Unlock()
	}
	return m, nil
}

func (c *owing) wait(ctx context.Context) {
	for {
		c.mu.Lock()
		n := len(c.calls)
		c.mu.Unlock()
		if n == 0 {
			return
		}
		select {
		case <-c.answered:
		case <-c.closed:
			return
		case <-ctx.Done():
			return
		}
	}
}

// Write implements sdk.Connection.
func (c *owing) Write(ctx context.Context, m jsonrpc.Message) error {
	err := c.Connection.Write(ctx, m)
	if r, ok := m.(*jsonrpc.Response); ok { // one that cannot be written is not owed for ever
		c.mu.Lock()
		delete(c.calls, r.ID)
		c.mu.Unlock()
		select {
		case c.answered <- struct{}{}:
		default:
		}
	}
	return err
}

// Close implements sdk.Connection.
func (c *owing) Close() error {
	c.once.Do(func() { close(c.closed) })
	return c.Connection.Close()
}
