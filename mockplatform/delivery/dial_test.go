package delivery_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/delivery"
)

// dialTo has a receiver at the other end of a pipe.
func dialTo(t *testing.T, play func(net.Conn)) delivery.Dial {
	return func(_ context.Context, network, address string) (net.Conn, error) {
		if network != "tcp" || address != "bot.test:80" {
			t.Errorf("dialled %s %s", network, address)
		}
		client, server := net.Pipe()
		go func() {
			defer server.Close()
			play(server)
		}()
		return client, nil
	}
}

// With a dial of its own a test needs no network, and in a bubble no time.
func TestDial(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		prompt := delivery.New(delivery.Options{Dial: dialTo(t, func(conn net.Conn) {
			req, err := http.ReadRequest(bufio.NewReader(conn))
			if err != nil {
				t.Error(err)
				return
			}
			io.Copy(io.Discard, req.Body)
			io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
		})})
		r := post("http://bot.test/webhook")
		if a := prompt.Do(t.Context(), r); a.Err != nil || string(a.Answer.Body) != "ok" {
			t.Errorf("got %+v", a)
		}
		r.Line = &delivery.Line{}
		defer r.Line.Close()
		if a := prompt.Do(t.Context(), r); a.Err != nil || r.Line.Opened() != 1 {
			t.Errorf("on a line: %+v", a)
		}

		silent := delivery.New(delivery.Options{Dial: dialTo(t, untilClosed)})
		a := silent.Do(t.Context(), post("http://bot.test/webhook"))
		var failed *delivery.Error
		if !errors.As(a.Err, &failed) || failed.Reason != delivery.ReasonNoAnswer || a.Timing.Done != 5*time.Second {
			t.Errorf("after %s: %v", a.Timing.Done, a.Err)
		}
		idle, err := silent.OpenIdle(t.Context(), "http://bot.test/", 3)
		if err != nil || idle.Len() != 3 {
			t.Fatal(idle, err)
		}
		idle.Close()
	})
}
