//go:build unix

package sut_test

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

	"github.com/seed-11445fa1/referee/runner/sut"
)

// TestImageOfKilledReferee kills a process that has started a container, before
// it can do anything about it.
func TestImageOfKilledReferee(t *testing.T) {
	const inside = "SUT_TEST_KILLED_REFEREE"
	if image := os.Getenv(inside); image != "" {
		if _, err := (sut.Image{Name: image}).Start(t.Context(), environment); err != nil {
			t.Fatal(err)
		}
		fmt.Println("\nowner", sut.OwnedContainer())
		select {}
	}
	d := newDocker(t)
	require(t, "docker", func() error { _, err := exec.LookPath("docker"); return err })
	referee := exec.Command(os.Args[0], "-test.run=^TestImageOfKilledReferee$")
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
	gone := d.ContainerWait(t.Context(), found[0].ID, client.ContainerWaitOptions{Condition: container.WaitConditionRemoved})
	if err := referee.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = referee.Wait() // killed
	select {
	case <-gone.Result:
	case err := <-gone.Error:
		t.Error(err)
	}
}

// TestImageSweeps has containers of several owners, of whom one is gone.
func TestImageSweeps(t *testing.T) {
	d := newDocker(t)
	image := d.receiver()
	ended := exec.Command("true")
	if err := ended.Run(); err != nil {
		t.Fatal(err)
	}
	here, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	name, _, _ := strings.Cut(sut.OwnedContainer(), "=")
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
	begin(t, sut.Image{Name: image}, environment)
	for owner, stay := range stays {
		_, err := d.ContainerInspect(t.Context(), ids[owner], client.ContainerInspectOptions{})
		if there := err == nil; there != stay || err != nil && !errdefs.IsNotFound(err) {
			t.Errorf("the container of %s is there: %t, want %t (%v)", owner, there, stay, err)
		}
	}
}

// TestImageRemovedByHand has a user who removes the container.
func TestImageRemovedByHand(t *testing.T) {
	d := newDocker(t)
	running := begin(t, sut.Image{Name: d.receiver()}, environment)
	if _, err := d.ContainerRemove(t.Context(), d.containers()[0], client.ContainerRemoveOptions{Force: true}); err != nil {
		t.Fatal(err)
	}
	if _, err := running.Restart(t.Context()); err == nil {
		t.Errorf("Restart says %v", err)
	}
}
