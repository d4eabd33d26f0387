//go:build ignore

// A receiver for the tests of containers. It does what its role and the paths
// of requests say.
package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

func main() {
	port := os.Getenv("PORT")
	switch os.Getenv("ROLE") {
	case "announced":
		serve(":"+port, "starting\nlistening on "+port) // the line never ends
	case "exit":
		fmt.Println("cannot find module 'express'")
		os.Exit(3)
	case "idle":
		time.Sleep(time.Hour)
	case "elsewhere":
		serve(":3000")
	case "loopback":
		serve("127.0.0.1:" + port)
	case "mute":
		l, err := net.Listen("tcp", ":"+port)
		for err == nil {
			var c net.Conn
			if c, err = l.Accept(); err == nil {
				go listen(c)
			}
		}
	case "polite":
		told := make(chan os.Signal, 1)
		signal.Notify(told, syscall.SIGTERM)
		go serve(":" + port)
		<-told
		fmt.Println("goodbye")
	case "stubborn":
		signal.Ignore(syscall.SIGTERM)
		serve(":" + port)
	default:
		serve(":" + port)
	}
}

// listen says that something was said on a connection, and answers nothing.
func listen(c net.Conn) {
	if n, _ := c.Read(make([]byte, 1)); n > 0 {
		fmt.Println("a request came")
	}
	io.Copy(io.Discard, c)
}

// serve listens, then says this.
func serve(addr string, says ...any) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Print(says...)
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "forbidden", http.StatusForbidden) })
	http.HandleFunc("/environ", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, strings.Join(os.Environ(), "\n")) })
	http.HandleFunc("/file", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, r.URL.RawQuery) })
	http.HandleFunc("/get", func(w http.ResponseWriter, r *http.Request) { get(w, r.URL.RawQuery) })
	http.HandleFunc("/call", func(w http.ResponseWriter, _ *http.Request) { get(w, "https://graph.facebook.com/v23.0/me") })
	http.HandleFunc("/say", func(_ http.ResponseWriter, r *http.Request) { fmt.Fprintln(os.Stderr, r.URL.RawQuery) })
	http.HandleFunc("/die", func(http.ResponseWriter, *http.Request) { die() })
	http.HandleFunc("/answer-and-die", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "4")
		io.WriteString(w, "fine")
		w.(http.Flusher).Flush()
		go die()
	})
	http.HandleFunc("/crash", func(http.ResponseWriter, *http.Request) { go panic("nil map") })
	http.HandleFunc("/deaf", func(http.ResponseWriter, *http.Request) { l.Close() })
	http.Serve(l, nil)
	for { // unlike an empty select, Go does not take it for a deadlock
		time.Sleep(time.Hour)
	}
}

func get(w io.Writer, url string) {
	answer, err := http.Get(url)
	if err != nil {
		fmt.Fprint(w, err)
		return
	}
	defer answer.Body.Close()
	io.Copy(w, answer.Body)
}

func die() {
	fmt.Println("TypeError: cannot read properties of undefined")
	os.Exit(7)
}
