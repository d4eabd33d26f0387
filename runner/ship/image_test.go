package main

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/runner/internal/suttest"
)

// TestImage builds the image as GoReleaser does, and judges with it.
func TestImage(t *testing.T) {
	t.Parallel()
	suttest.Require(t, "docker", func() error { return exec.Command("docker", "info").Run() })
	if runtime.GOOS != "linux" {
		t.Skip("the program of this machine is none for an image")
	}
	docker := func(args ...string) string {
		t.Helper()
		out, err := exec.Command("docker", args...).Output()
		if err != nil {
			t.Fatalf("docker %q: %v: %s", args, failed(err), out)
		}
		return strings.TrimSpace(string(out))
	}
	folder, platform := t.TempDir(), "linux/"+runtime.GOARCH
	if err := errors.Join(
		copyFile(filepath.Join(project, "Dockerfile"), filepath.Join(folder, "Dockerfile"), 0o644),
		copyFile(program(t), filepath.Join(folder, platform, "referee"), 0o755),
	); err != nil {
		t.Fatal(err)
	}
	image := docker("build", "--quiet", "--build-arg", "TARGETPLATFORM="+platform, folder)
	t.Cleanup(func() {
		if out, err := exec.Command("docker", "rmi", "--force", image).CombinedOutput(); err != nil {
			t.Errorf("the image %s is left: %v: %s", image, err, out)
		}
	})
	if user := docker("image", "inspect", "--format", "{{.Config.User}}", image); user != "65532:65532" {
		t.Errorf("the user is %q", user)
	}
	if version := docker("run", "--rm", "--network", "none", "--read-only", image, "version"); !strings.HasPrefix(version, "referee v0.0.1-of-") {
		t.Errorf("version prints %q", version)
	}
	// Reports come to the folder of whoever runs it.
	reports := t.TempDir()
	if err := os.Chmod(reports, 0o777); err != nil {
		t.Fatal(err)
	}
	judged := docker("run", "--rm", "--network", "none", "--volume", reports+":/work", image, "run", "--reference", "--only", "handshake.challenge", "--html", "report.html")
	if !strings.Contains(judged, "what was selected is met") {
		t.Errorf("run prints %s", judged)
	}
	has(t, reports, "report.html")

	// Who wants it to start a bot learns why it cannot.
	said, refused := exec.Command("docker", "run", "--rm", "--network", "none", image, "run", "--command", "node server.js").CombinedOutput()
	if refused == nil || !strings.Contains(strings.Join(strings.Fields(string(said)), " "), "run by the shell, and there is none here") {
		t.Errorf("run --command: %v: %s", refused, said)
	}

	// There is nothing else in it.
	container := docker("create", image)
	defer docker("rm", container)
	export := exec.Command("docker", "export", container)
	out, err := export.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := export.Start(); err != nil {
		t.Fatal(err)
	}
	var files []string
	for r := tar.NewReader(out); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		top, _, _ := strings.Cut(h.Name, "/")
		if !slices.Contains([]string{"dev", "etc", "proc", "sys", ".dockerenv"}, top) { // which Docker lays there
			files = append(files, h.Name)
		}
	}
	if err := export.Wait(); err != nil {
		t.Fatal(err)
	}
	if slices.Sort(files); !slices.Equal(files, []string{"referee", "work/"}) {
		t.Errorf("the image has %q", files)
	}
}

// failed is an error of a program, with what it says of it.
func failed(err error) error {
	var exited *exec.ExitError
	if errors.As(err, &exited) {
		return fmt.Errorf("%w: %s", err, exited.Stderr)
	}
	return err
}
