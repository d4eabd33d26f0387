//go:build unix

package docker_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"
	"go.uber.org/goleak"

	"github.com/seed-11445fa1/referee/runner/internal/suttest"
)

// engine is a Docker Engine for one test, which leaves nothing on it.
type engine struct {
	t *testing.T
	*client.Client
	label string // of the test's images, and so of their containers
}

func TestMain(m *testing.M) {
	// It would hide where ports are published, though this machine may look like
	// a container.
	os.Unsetenv("TESTCONTAINERS_HOST_OVERRIDE")
	os.Setenv("TESTCONTAINERS_RYUK_DISABLED", "true")
	goleak.VerifyTestMain(m,
		// Ginkgo, which judges some of the receivers, keeps its ear to Ctrl-C.
		goleak.IgnoreAnyFunction("github.com/onsi/ginkgo/v2/internal/interrupt_handler.(*InterruptHandler).registerForInterrupts.func2"),
		goleak.Cleanup(func(code int) {
			if err := removeBases(); err != nil {
				fmt.Fprintln(os.Stderr, err)
				code = 1
			}
			os.Exit(code)
		}),
	)
}

// newEngine lets the test go on beside others, most of whose time is waiting. It
// skips the test where no engine answers, and fails it where REFEREE_TEST_REQUIRE
// says that there must be one.
func newEngine(t *testing.T) engine {
	t.Helper()
	t.Parallel()
	var c *client.Client
	suttest.Require(t, "docker", func() (err error) {
		if c, err = client.New(client.FromEnv); err == nil {
			t.Cleanup(func() {
				if err := c.Close(); err != nil {
					t.Error(err)
				}
			})
			_, err = c.Ping(t.Context(), client.PingOptions{})
		}
		if err != nil {
			return fmt.Errorf("install an engine and start it (Debian: apt-get install docker.io iptables; dockerd): %w", err)
		}
		return nil
	})
	d := engine{t, c, unique()}
	t.Cleanup(func() {
		if left := d.containers(); len(left) > 0 {
			t.Errorf("the containers %q are left", left)
		}
	})
	return d
}

// containers names the containers of this test's images, running or not.
func (d engine) containers() []string {
	d.t.Helper()
	var names []string
	for _, c := range d.labelled(d.label) {
		names = append(names, c.Names...)
	}
	return names
}

// labelled returns the containers with a label, running or not.
func (d engine) labelled(label string) []container.Summary {
	d.t.Helper()
	found, err := d.ContainerList(context.Background(), client.ContainerListOptions{
		All: true, Filters: client.Filters{}.Add("label", label),
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return found.Items
}

// built names the images that Referee built with this label, and removes them
// after the test.
func (d engine) built(label string) []string {
	d.t.Helper()
	found, err := d.ImageList(d.t.Context(), client.ImageListOptions{
		Filters: client.Filters{}.Add("reference", "referee-build").Add("label", label),
	})
	if err != nil {
		d.t.Fatal(err)
	}
	var names []string
	for _, i := range found.Items {
		names = append(names, i.RepoTags...)
		d.removeImage(i.ID)
	}
	return names
}

// unique is a name that no other test has at the same time.
func unique() string { return "referee-test-" + strings.ToLower(rand.Text()) }

// image makes an image of a folder's files, which has a Dockerfile.
func (d engine) image(dir string) (name string) {
	d.t.Helper()
	name, err := build(d.Client, dir, d.label)
	if err != nil {
		d.t.Fatal(err)
	}
	d.removeImage(name)
	return name
}

// removeImage removes an image after the test.
func (d engine) removeImage(name string) {
	d.t.Cleanup(func() {
		_, err := d.ImageRemove(context.Background(), name, client.ImageRemoveOptions{Force: true, PruneChildren: true})
		if err != nil {
			d.t.Error(err)
		}
	})
}

// removeNetwork removes a network after the test.
func (d engine) removeNetwork(name string) {
	d.t.Cleanup(func() {
		if _, err := d.NetworkRemove(context.Background(), name, client.NetworkRemoveOptions{}); err != nil {
			d.t.Error(err)
		}
	})
}

// receiver makes an image of testdata/receiver.go, with further lines in its
// Dockerfile.
func (d engine) receiver(lines ...string) string {
	d.t.Helper()
	dir := d.t.TempDir()
	write(d.t, dir, "Dockerfile", strings.Join(append([]string{"FROM " + d.base(receiverBase)}, lines...), "\n"))
	return d.image(dir)
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), fs.FileMode(0o644)); err != nil {
		t.Fatal(err)
	}
}

var environment = suttest.Environment()
