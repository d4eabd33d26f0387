//go:build unix

package sut_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/seed-11445fa1/referee/runner/internal/suttest"
	"github.com/seed-11445fa1/referee/runner/sut"
)

// The receivers of these tests are the test binary itself, started again with
// a role in its environment.
const (
	roleVariable   = "SUT_TEST_ROLE"
	tetherVariable = "SUT_TEST_TETHER"
)

func TestMain(m *testing.M) {
	if role := os.Getenv(roleVariable); role != "" {
		play(role)
		return
	}
	os.Setenv("GORACE", "atexit_sleep_ms=0") // the receivers would end late
	goleak.VerifyTestMain(m)
}

// play acts as a receiver. It returns when the receiver ends well.
func play(role string) {
	if addr := os.Getenv(tetherVariable); addr != "" {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			fmt.Println("tether:", err)
			os.Exit(1)
		}
		defer conn.Close()
		fmt.Fprintln(conn, role)
	}
	port := os.Getenv("PORT")
	switch role {
	case "serve":
		serve("127.0.0.1:" + port)
	case "six":
		serve("[::1]:" + port)
	case "elsewhere":
		serve("127.0.0.1:0")
	case "announced":
		fmt.Print("starting\nlistening on " + port) // the line never ends
		serve("127.0.0.1:" + port)
	case "flood":
		flood()
		serve("127.0.0.1:" + port)
	case "call":
		call()
	case "exit":
		fmt.Println("cannot find module 'express'")
		os.Exit(3)
	case "idle":
		select {}
	case "mute":
		listen(func(net.Conn) { select {} })
	case "curt":
		listen(func(c net.Conn) { fmt.Fprintln(c, "220 mail.example ready") })
	case "stubborn":
		signal.Ignore(syscall.SIGTERM)
		serve("127.0.0.1:" + port)
	case "polite":
		told := make(chan os.Signal, 1)
		signal.Notify(told, syscall.SIGTERM)
		go serve("127.0.0.1:" + port)
		<-told
		fmt.Println("goodbye")
	case "daemon":
		again("serve", &syscall.SysProcAttr{Setsid: true})
		for taken := false; !taken; { // as a well-made daemon does
			c, err := net.Dial("tcp", "127.0.0.1:"+port)
			if taken = err == nil; taken {
				c.Close()
			}
		}
	case "brood":
		again("idle", nil)
		again("idle", &syscall.SysProcAttr{Setpgid: true})
		again("idle", &syscall.SysProcAttr{Setsid: true})
		serve("127.0.0.1:" + port)
	case "isolate":
		fmt.Println(sut.CanIsolate())
	case "referee":
		if _, err := (sut.Command{Line: line(), Env: map[string]string{roleVariable: "brood"}}).Start(context.Background(), sut.Environment{}); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		select {}
	}
}

// again starts a process in another role and leaves it alone.
func again(role string, attr *syscall.SysProcAttr) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), roleVariable+"="+role)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.SysProcAttr = attr
	if err := cmd.Start(); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

func listen(handle func(net.Conn)) {
	l, err := net.Listen("tcp", "127.0.0.1:"+os.Getenv("PORT"))
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		go func() { handle(c); c.Close() }()
	}
}

// serve answers everything, and does what some paths say.
func serve(addr string) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) })
	mux.HandleFunc("/environ", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, strings.Join(os.Environ(), "\n")) })
	mux.HandleFunc("/hosts", func(w http.ResponseWriter, _ *http.Request) {
		text, _ := os.ReadFile("/etc/hosts")
		w.Write(text)
	})
	mux.HandleFunc("/say", func(_ http.ResponseWriter, r *http.Request) { fmt.Fprintln(os.Stderr, r.URL.RawQuery) })
	mux.HandleFunc("/die", func(http.ResponseWriter, *http.Request) {
		fmt.Println("TypeError: cannot read properties of undefined")
		os.Exit(7)
	})
	mux.HandleFunc("/kill", func(http.ResponseWriter, *http.Request) { syscall.Kill(os.Getpid(), syscall.SIGKILL) })
	mux.HandleFunc("/deaf", func(http.ResponseWriter, *http.Request) { l.Close() })
	http.Serve(l, mux)
	select {}
}

// call sends one message to a host that is written in.
func call() {
	answer, err := http.Post("https://graph.facebook.com/v23.0/me/messages", "application/json",
		strings.NewReader(`{"recipient":{"id":"1"},"message":{"text":"hello"}}`))
	if err != nil || answer.StatusCode != http.StatusOK {
		fmt.Println(answer, err)
		os.Exit(1)
	}
}

// flood prints 100 MB.
func flood() {
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	out.WriteString("first line\n")
	text := strings.Repeat(strings.Repeat("x", 99)+"\n", 1e4)
	for range 100 {
		out.WriteString(text)
	}
	out.WriteString("last line\n")
	out.Flush()
}

// line is the shell's line for the test binary.
func line() string { return "'" + os.Args[0] + "'" }

// receiver is the command of a receiver that plays a role.
func receiver(role string) sut.Command {
	return sut.Command{Line: line(), Env: map[string]string{roleVariable: role}}
}

// tether knows which processes of a receiver are alive: each holds a
// connection, which nothing but its end closes.
type tether struct {
	t      *testing.T
	addr   string
	begins chan struct{} // one for each process that began

	mu    sync.Mutex
	gone  *sync.Cond // when alive changes
	alive int
}

func newTether(t *testing.T) *tether {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	th := &tether{t: t, addr: l.Addr().String(), begins: make(chan struct{}, 100)}
	th.gone = sync.NewCond(&th.mu)
	accepting := make(chan struct{})
	t.Cleanup(func() { l.Close(); <-accepting; th.wait() })
	go func() {
		defer close(accepting)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			th.count(+1)
			go func() {
				defer th.count(-1)
				defer c.Close()
				r := bufio.NewReader(c)
				if _, err := r.ReadString('\n'); err == nil {
					th.begins <- struct{}{}
				}
				r.ReadByte() // until the process ends
			}()
		}
	}()
	return th
}

func (th *tether) count(change int) {
	th.mu.Lock()
	defer th.mu.Unlock()
	th.alive += change
	th.gone.Broadcast()
}

// wait waits until every process that began has ended.
func (th *tether) wait() {
	th.mu.Lock()
	defer th.mu.Unlock()
	for th.alive > 0 {
		th.gone.Wait()
	}
}

// tie makes the processes of a receiver known to the tether.
func (th *tether) tie(c sut.Command) sut.Command {
	c.Env[tetherVariable] = th.addr
	return c
}

// begun waits until so many more processes have begun.
func (th *tether) begun(n int) {
	for range n {
		<-th.begins
	}
}

// start starts a receiver, which is stopped after the test.
func start(t *testing.T, c sut.Command) sut.Running {
	t.Helper()
	running, err := c.Start(t.Context(), environment)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := running.Stop(); err != nil {
			t.Error(err)
		}
	})
	return running
}

var environment = suttest.Environment()

// noneLeft fails the test if a process of this test binary's receivers stays.
func noneLeft(t *testing.T, th *tether) {
	t.Helper()
	th.wait()
	// The shell around a receiver has no tether, and may end a moment later.
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for range 1000 {
		left := tied(th)
		if len(left) == 0 {
			return
		}
		<-tick.C
	}
	t.Errorf("these processes are left: %s", strings.Join(tied(th), ", "))
}

// tied lists the processes with this tether in their environment; none on
// systems other than Linux.
func tied(th *tether) []string {
	var left []string
	environs, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, file := range environs {
		text, err := os.ReadFile(file)
		if err == nil && strings.Contains(string(text), tetherVariable+"="+th.addr) {
			left = append(left, filepath.Dir(file))
		}
	}
	return left
}
