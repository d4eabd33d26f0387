//go:build unix

package docker_test

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"

	"github.com/moby/moby/client"
)

// What the images of several tests are made from is made once, for it takes
// seconds: a folder as large as a runtime is sent to the engine.
var (
	receiverBase = onEngine(fillReceiver)
	nodeBase     = onEngine(fillNode)
)

// onEngine is an image that is made when it is first asked for, from a folder that
// fill has filled.
func onEngine(fill func(dir string) error) func() (name string, err error) {
	return sync.OnceValues(func() (name string, err error) {
		dir, err := os.MkdirTemp("", "referee-base-*")
		if err != nil {
			return "", err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
		if err := fill(dir); err != nil {
			return "", err
		}
		c, err := client.New(client.FromEnv)
		if err != nil {
			return "", err
		}
		defer func() { err = errors.Join(err, c.Close()) }()
		return build(c, dir, basesLabel())
	})
}

// basesLabel is that of the images which this process's tests have in common.
func basesLabel() string { return fmt.Sprintf("referee-test-base-%d", os.Getpid()) }

// removeBases removes them.
func removeBases() error {
	c, err := client.New(client.FromEnv)
	if err != nil {
		return err
	}
	defer c.Close()
	found, err := c.ImageList(context.Background(), client.ImageListOptions{Filters: client.Filters{}.Add("label", basesLabel())})
	if err != nil {
		return nil // there is no engine, and the tests said so
	}
	for _, i := range found.Items {
		_, err := c.ImageRemove(context.Background(), i.ID, client.ImageRemoveOptions{Force: true, PruneChildren: true})
		if err != nil {
			return err
		}
	}
	return nil
}

// base names an image to build on.
func (d engine) base(base func() (string, error)) string {
	d.t.Helper()
	name, err := base()
	if err != nil {
		d.t.Fatal(err)
	}
	return name
}

// build makes an image with a label of a folder's files, which has a Dockerfile.
func build(c *client.Client, dir, label string) (name string, err error) {
	name = unique() + ":latest"
	var archive bytes.Buffer
	w := tar.NewWriter(&archive)
	if err := errors.Join(w.AddFS(os.DirFS(dir)), w.Close()); err != nil {
		return "", err
	}
	built, err := c.ImageBuild(context.Background(), &archive, client.ImageBuildOptions{
		Tags: []string{name}, Labels: map[string]string{label: "yes"}, Remove: true, ForceRemove: true,
	})
	if err != nil {
		return "", err
	}
	defer built.Body.Close()
	var log bytes.Buffer
	if _, err := log.ReadFrom(built.Body); err != nil {
		return "", err
	}
	if strings.Contains(log.String(), `"error"`) {
		return "", fmt.Errorf("build %s: %s", name, &log)
	}
	return name, nil
}

// fillReceiver has testdata/receiver.go, which needs nothing else.
func fillReceiver(dir string) error {
	build := exec.Command("go", "build", "-trimpath", "-o", filepath.Join(dir, "receiver"), filepath.Join("testdata", "receiver.go"))
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux")
	if text, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, text)
	}
	return os.WriteFile(filepath.Join(dir, "Dockerfile"), []byte("FROM scratch\nCOPY receiver /receiver\nENTRYPOINT [\"/receiver\"]\n"), 0o644)
}

// fillNode has this machine's Node, with the libraries that it needs, to run
// receiver.mjs.
func fillNode(dir string) error {
	node, err := exec.LookPath("node")
	if err == nil {
		node, err = filepath.EvalSymlinks(node)
	}
	if err != nil {
		return err
	}
	libraries, err := exec.Command("ldd", node).Output()
	if err != nil {
		return fmt.Errorf("the libraries of Node are not known: %w", err)
	}
	files := map[string]string{node: "/bin/node"}
	for word := range strings.FieldsSeq(string(libraries)) {
		if filepath.IsAbs(word) {
			files[word] = word
		}
	}
	for from, to := range files {
		to = filepath.Join(dir, "root", to)
		data, err := os.ReadFile(from)
		if err == nil {
			err = errors.Join(os.MkdirAll(filepath.Dir(to), 0o755), os.WriteFile(to, data, 0o755))
		}
		if err != nil {
			return err
		}
	}
	// As the first process, Node ignores the signal that would end it.
	return os.WriteFile(filepath.Join(dir, "Dockerfile"), []byte("FROM scratch\nCOPY root /\nSTOPSIGNAL SIGKILL\nCMD [\"/bin/node\", \"/receiver.mjs\"]\n"), 0o644)
}
