package delivery_test

import (
	"context"
	"net"
	"testing"
)

func TestOpenIdle(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	url := "http://" + ln.Addr().String() + "/webhook"
	idle, err := patient().OpenIdle(t.Context(), url, 50)
	if err != nil {
		t.Fatal(err)
	}
	if idle.Len() != 50 {
		t.Errorf("%d connections are open", idle.Len())
	}
	accepted, err := ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer accepted.Close()
	idle.Close()
	if n, err := accepted.Read(make([]byte, 1)); n > 0 || err == nil {
		t.Errorf("%d bytes came on an idle connection, error %v", n, err)
	}
}

func TestOpenIdleFails(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	url := "http://" + ln.Addr().String() + "/webhook"
	ended, end := context.WithCancel(t.Context())
	end()
	if _, err := patient().OpenIdle(ended, url, 2); err == nil {
		t.Error("no error although the context had ended")
	}
	ln.Close()
	if _, err := patient().OpenIdle(t.Context(), url, 2); err == nil {
		t.Error("no error although nothing listens")
	}
	if _, err := patient().OpenIdle(t.Context(), "mailto:a@example.com", 2); err == nil {
		t.Error("no error for a URL that leads nowhere")
	}
}
