//go:build unix

package docker_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"github.com/seed-11445fa1/referee/runner/internal/suttest"
	"github.com/seed-11445fa1/referee/runner/sut/docker"
)

// TestKilledReferee kills a process that has started a container, before
// it can do anything about it.
func TestKilledReferee(t *testing.T) {
	const inside = "SUT_TEST_KILLED_REFEREE"
	if image := os.Getenv(inside); image != "" {
		if _, err := (docker.Image{Name: image}).Start(t.Context(), environment); err != nil {
			t.Fatal(err)
		}
		fmt.Println("\nowner", docker.OwnedContainer())
		select {}
	}
	d := newEngine(t)
	suttest.Require(t, "docker", func() error { _, err := exec.LookPath("docker"); return err })
	referee := exec.Command(os.Args[0], "-test.run=^TestKilledReferee$")
	referee.Env = append(os.Environ(), inside+"="+d.receiver())
	out, err := referee.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := referee.Start(); err != nil {
		t.Fatal(err)
	}
	label := ""
	for s := bufio.NewScanner(out); label == "" && s.Scan(); {
		label, _ = strings.CutPrefix(s.Text(), "owner ")
		if label == s.Text() {
			t.Log(s.Text())
			label = ""
		}
	}
	found := d.labelled(label)
	if len(found) != 1 {
		t.Fatalf("there are %d containers of %q", len(found), label)
	}
	if err := referee.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = referee.Wait() // killed
	d.removed(found[0].ID)
}

// removed waits until a container is removed.
func (d engine) removed(id string) {
	d.t.Helper()
	gone := d.ContainerWait(d.t.Context(), id, client.ContainerWaitOptions{Condition: container.WaitConditionRemoved})
	select {
	case <-gone.Result:
	case err := <-gone.Error:
		if !errdefs.IsNotFound(err) {
			d.t.Error(err)
		}
	}
}

// TestSweeps has containers of several owners, of whom one is gone.
func TestSweeps(t *testing.T) {
	d := newEngine(t)
	image := d.receiver()
	ended := exec.Command("true")
	if err := ended.Run(); err != nil {
		t.Fatal(err)
	}
	here, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	name, _, _ := strings.Cut(docker.OwnedContainer(), "=")
	stays := map[string]bool{
		here + "/" + strconv.Itoa(ended.Process.Pid):   false,
		here + "/" + strconv.Itoa(os.Getppid()):        true,
		"elsewhere/" + strconv.Itoa(ended.Process.Pid): true,
		"not an owner": true,
	}
	ids := map[string]string{}
	for owner := range stays {
		made, err := d.ContainerCreate(t.Context(), client.ContainerCreateOptions{
			Config: &container.Config{Image: image, Labels: map[string]string{name: owner}},
		})
		if err != nil {
			t.Fatal(err)
		}
		ids[owner] = made.ID
		t.Cleanup(func() {
			_, err := d.ContainerRemove(context.Background(), made.ID, client.ContainerRemoveOptions{Force: true})
			if err != nil && !errdefs.IsNotFound(err) {
				t.Error(err)
			}
		})
	}
	begin(t, docker.Image{Name: image}, environment)
	for owner, stay := range stays {
		if !stay { // another test's start may be about to remove it
			d.removed(ids[owner])
		} else if _, err := d.ContainerInspect(t.Context(), ids[owner], client.ContainerInspectOptions{}); err != nil {
			t.Errorf("the container of %s: %v", owner, err)
		}
	}
}

// TestRemovedByHand has a user who removes the container.
func TestRemovedByHand(t *testing.T) {
	d := newEngine(t)
	running := begin(t, docker.Image{Name: d.receiver()}, environment)
	if _, err := d.ContainerRemove(t.Context(), d.containers()[0], client.ContainerRemoveOptions{Force: true}); err != nil {
		t.Fatal(err)
	}
	if _, err := running.Restart(t.Context()); err == nil {
		t.Errorf("Restart says %v", err)
	}
}
