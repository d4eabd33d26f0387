package delivery

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"sync"

	"golang.org/x/sync/errgroup"
)

// idleAtOnce is how many connections OpenIdle opens side by side: fewer than the
// shortest queue in which they wait to be accepted.
const idleAtOnce = 16

// Idle is a set of connections that are open and on which nothing is sent.
type Idle struct {
	conns []net.Conn
}

// Len is the number of connections that were opened.
func (i *Idle) Len() int { return len(i.conns) }

// Close ends them.
func (i *Idle) Close() {
	for _, conn := range i.conns {
		_ = conn.Close() // nobody is left who could act on its error
	}
	i.conns = nil
}

// OpenIdle opens n connections to the address of a URL and sends nothing, over
// https not even a TLS handshake. A receiver may refuse some of them, or end
// them: Len tells how many were opened before that, within Timeout. The error
// says that none was opened, or that ctx ended.
func (c *Client) OpenIdle(ctx context.Context, url string, n int) (*Idle, error) {
	dest, err := parseURL(url)
	if err != nil {
		return nil, err
	}
	opening, cancel := context.WithTimeout(ctx, c.opts.Timeout)
	defer cancel()
	all, opening := errgroup.WithContext(opening) // the first refusal ends it
	all.SetLimit(idleAtOnce)
	idle := &Idle{}
	var mu sync.Mutex
	for range n {
		all.Go(func() error {
			conn, err := c.dial(opening, dest.addr, func() {})
			if err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			idle.conns = append(idle.conns, conn)
			return nil
		})
	}
	refused := all.Wait()
	if err := ctx.Err(); err != nil || idle.Len() == 0 && refused != nil {
		idle.Close()
		return nil, fmt.Errorf("open idle connections to %s: %w", dest.addr, cmp.Or(err, refused))
	}
	return idle, nil
}
