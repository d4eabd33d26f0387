//go:build unix

package sut_test

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"github.com/seed-11445fa1/referee/runner/sut"
)

// docker is a Docker Engine for one test, which leaves nothing on it.
type docker struct {
	t *testing.T
	*client.Client
}

// newDocker skips the test where no engine answers, and fails it where
// REFEREE_TEST_REQUIRE says that there must be one.
func newDocker(t *testing.T) docker {
	t.Helper()
	// It would hide where ports are published, though this machine may look like
	// a container.
	unset(t, "TESTCONTAINERS_HOST_OVERRIDE")
	t.Setenv("TESTCONTAINERS_RYUK_DISABLED", "true")
	c, err := client.New(client.FromEnv)
	if err == nil {
		_, err = c.Ping(t.Context(), client.PingOptions{})
	}
	require(t, "docker", func() error {
		if err != nil {
			return fmt.Errorf("install an engine and start it (Debian: apt-get install docker.io iptables; dockerd): %w", err)
		}
		return nil
	})
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	d := docker{t, c}
	t.Cleanup(func() {
		if left := d.containers(); len(left) > 0 {
			t.Errorf("the containers %q are left", left)
		}
	})
	return d
}

// unset takes a variable away for the time of a test.
func unset(t *testing.T, variable string) {
	t.Helper()
	t.Setenv(variable, "") // brings it back afterwards
	if err := os.Unsetenv(variable); err != nil {
		t.Fatal(err)
	}
}

// require skips the test where something is missing on the machine, and fails
// it where REFEREE_TEST_REQUIRE says that it must be there.
func require(t *testing.T, what string, check func() error) {
	t.Helper()
	if testing.Short() {
		t.Skipf("-short leaves out what needs %s", what)
	}
	err := check()
	if err == nil {
		return
	}
	if slices.Contains(strings.Split(os.Getenv("REFEREE_TEST_REQUIRE"), ","), what) {
		t.Fatalf("REFEREE_TEST_REQUIRE names %s: %v", what, err)
	}
	t.Skipf("%s is missing on this machine: %v", what, err)
}

// containers names the containers of this process, running or not.
func (d docker) containers() []string {
	d.t.Helper()
	var names []string
	for _, c := range d.labelled(sut.OwnedContainer()) {
		names = append(names, c.Names...)
	}
	return names
}

// labelled returns the containers with a label, running or not.
func (d docker) labelled(label string) []container.Summary {
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
func (d docker) built(label string) []string {
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
func (d docker) image(dir string) (name string) {
	d.t.Helper()
	name = unique() + ":latest"
	var archive bytes.Buffer
	w := tar.NewWriter(&archive)
	if err := w.AddFS(os.DirFS(dir)); err != nil {
		d.t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		d.t.Fatal(err)
	}
	built, err := d.ImageBuild(d.t.Context(), &archive, client.ImageBuildOptions{Tags: []string{name}, Remove: true, ForceRemove: true})
	if err != nil {
		d.t.Fatal(err)
	}
	defer built.Body.Close()
	var log bytes.Buffer
	if _, err := log.ReadFrom(built.Body); err != nil {
		d.t.Fatal(err)
	}
	if strings.Contains(log.String(), `"error"`) {
		d.t.Fatalf("build %s: %s", name, &log)
	}
	d.removeImage(name)
	return name
}

// removeImage removes an image after the test.
func (d docker) removeImage(name string) {
	d.t.Cleanup(func() {
		_, err := d.ImageRemove(context.Background(), name, client.ImageRemoveOptions{Force: true, PruneChildren: true})
		if err != nil {
			d.t.Error(err)
		}
	})
}

// removeNetwork removes a network after the test.
func (d docker) removeNetwork(name string) {
	d.t.Cleanup(func() {
		if _, err := d.NetworkRemove(context.Background(), name, client.NetworkRemoveOptions{}); err != nil {
			d.t.Error(err)
		}
	})
}

// receiver makes an image of testdata/container/receiver.go, with further lines
// in its Dockerfile.
func (d docker) receiver(lines ...string) string {
	d.t.Helper()
	return d.image(compiled(d.t, "receiver.go", lines...))
}

// compiled is a folder with a program of testdata/container that needs nothing
// else, and a Dockerfile.
func compiled(t *testing.T, file string, lines ...string) string {
	t.Helper()
	dir := t.TempDir()
	build := exec.Command("go", "build", "-trimpath", "-o", filepath.Join(dir, "receiver"), filepath.Join("testdata", "container", file))
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux")
	if text, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	write(t, dir, "Dockerfile", strings.Join(append([]string{"FROM scratch", "COPY receiver /receiver", `ENTRYPOINT ["/receiver"]`}, lines...), "\n"))
	return dir
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), fs.FileMode(0o644)); err != nil {
		t.Fatal(err)
	}
}
